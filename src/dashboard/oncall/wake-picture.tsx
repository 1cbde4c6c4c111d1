import { personClass, PersonName } from "./person-name.tsx";
import { wakePoint } from "./wake-layout.ts";
import type { PersonalPage } from "./wire.ts";

const [width, height, left, top] = [640, 168, 44, 6];
/** Hours of work, as the report counts them. */
const [workFrom, workUntil] = [8, 18];

/** When people were paged: a dot for each page, by the day and by the hour of their own clock. */
export function WakePicture({
  pages,
  range,
}: {
  readonly pages: readonly PersonalPage[];
  readonly range: { readonly from: string; readonly until: string };
}) {
  const [across, down] = [width - left - 6, height - top - 18];
  const atHour = (hour: number) => top + (hour / 24) * down;
  const people = [...new Set(pages.map(({ user }) => user))];
  // Those who were paged by the same incident stand beside each other.
  const besides = (user: string) => (people.indexOf(user) - (people.length - 1) / 2) * 5;
  const outside = pages.filter(({ isOutOfHours }) => isOutOfHours).length;
  return (
    <figure class="wakes">
      <div class="scroll" role="group" aria-label="Picture of pages" tabIndex={0}>
        <svg
          viewBox={`0 0 ${width} ${height}`}
          role="img"
          aria-label={`${pages.length} pages by day and hour, ${outside} of them out of hours`}
        >
          <rect class="day" x={left} y={top} width={across} height={down} />
          <rect
            class="work"
            x={left}
            y={atHour(workFrom)}
            width={across}
            height={atHour(workUntil) - atHour(workFrom)}
          />
          {[0, 6, 12, 18, 24].map((hour) => (
            <g key={hour}>
              <line x1={left} x2={left + across} y1={atHour(hour)} y2={atHour(hour)} />
              <text x={left - 6} y={atHour(hour) + 4} text-anchor="end">
                {String(hour).padStart(2, "0")}:00
              </text>
            </g>
          ))}
          <text x={left} y={height - 2}>
            {range.from.slice(0, 10)}
          </text>
          <text x={left + across} y={height - 2} text-anchor="end">
            {range.until.slice(0, 10)}
          </text>
          {pages.map((page) => {
            const { x, y } = wakePoint(page.wallTime, range);
            return (
              <circle
                key={`${page.user} ${page.incident}`}
                class={personClass(page.user)}
                cx={left + x * across + besides(page.user)}
                cy={top + y * down}
                r="5"
              >
                <title>
                  {`${page.user}, ${page.wallTime.replace("T", " ")}: #${page.incident} ${page.title}`}
                </title>
              </circle>
            );
          })}
        </svg>
      </div>
      <figcaption>
        {people.map((name) => (
          <PersonName key={name} name={name} />
        ))}
        <span class="quiet">by their own clocks; what is shaded is out of hours</span>
      </figcaption>
    </figure>
  );
}
