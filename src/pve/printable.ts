/** Text from a server as one short line: control and invisible formatting characters are replaced, line breaks become spaces, the rest is cut off. */
export function printable(text: string, longest = 600): string {
  const line = text.trim().replace(/\s+/g, ' ').replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '\u{fffd}');
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}
