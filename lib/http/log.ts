/** Write one line of JSON to the standard output, where the platform collects it. */
export function writeLog(line: object): void {
  console.log(JSON.stringify(line));
}
