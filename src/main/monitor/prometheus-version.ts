/** The version of Prometheus whose behaviour this is: clients decide by it what they may ask for. */
export const prometheusVersion = "3.14.0";
