/** `Sat Nov 21 09:30:00 2026`, as Perl's `gmtime` and `localtime` print a time. @param seconds since the epoch, moved by the time zone's offset if it is to be local */
export function ctime(seconds: number): string {
  const [weekday = '', day = '', month = '', year = '', time = ''] = new Date(seconds * 1000).toUTCString().split(' ');
  return `${weekday.replace(',', '')} ${month} ${String(Number(day)).padStart(2, ' ')} ${time} ${year}`;
}
