-- What words serves. A table for each kind of word; the page makes its sentence of five of them.
CREATE TABLE nouns (word text PRIMARY KEY);
CREATE TABLE verbs (word text PRIMARY KEY);
CREATE TABLE adjectives (word text PRIMARY KEY);

INSERT INTO nouns VALUES
  ('anchor'), ('barge'), ('boatswain'), ('cargo'), ('captain'), ('compass'), ('crane'), ('ferry'),
  ('harbour'), ('heron'), ('island'), ('lantern'), ('lighthouse'), ('oarsman'), ('otter'), ('pilot'),
  ('river'), ('rope'), ('rudder'), ('sail'), ('tide'), ('tugboat'), ('wharf'), ('wherry'), ('åland ferry');

INSERT INTO verbs VALUES
  ('befriends'), ('carries'), ('catches'), ('circles'), ('crosses'), ('follows'), ('greets'), ('guides'),
  ('hauls'), ('hoists'), ('hums to'), ('lifts'), ('meets'), ('paints'), ('passes'), ('remembers'),
  ('rescues'), ('rows'), ('salutes'), ('steers'), ('tows'), ('whistles at');

INSERT INTO adjectives VALUES
  ('brass'), ('brave'), ('bright'), ('broad'), ('calm'), ('cheerful'), ('drifting'), ('early'),
  ('foggy'), ('gentle'), ('golden'), ('humble'), ('long'), ('nimble'), ('old'), ('patient'),
  ('quiet'), ('salty'), ('silver'), ('sturdy'), ('swift'), ('tall'), ('wandering'), ('weathered');
