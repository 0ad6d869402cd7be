/** Take processor time, not merely let time pass: on a busy machine the two differ. @param ms - milliseconds */
export function spend(ms: number): void {
  const before = process.cpuUsage();
  for (;;) {
    const { user, system } = process.cpuUsage(before);
    if ((user + system) / 1000 >= ms) return;
  }
}
