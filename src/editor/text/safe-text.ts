/**
 * Text that came from a cluster is untrusted: a guest's name, a task's log or a note can hold control characters,
 * bidirectional overrides, Markdown, or an icon sequence. These functions make it harmless for one kind of place each.
 */

/** C0 and C1 controls, bidirectional formatting, zero-width and line/paragraph separators, lone surrogates, tags and the BOM. */
// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const invisible = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|\p{Cs}/gu;

/**
 * One line with everything invisible made visible: `\n` becomes `␊`, other C0 controls their control pictures, the rest
 * `‹U+202E›`. At most `limit` characters (UTF-16 units) of the source are looked at; a longer one ends in `…`.
 */
export function visible(text: string, limit = 200): string {
  const head = text.length > limit ? `${text.slice(0, limit)}…` : text;
  return head.replace(invisible, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    if (code === 0x7f) return '\u2421';
    return `‹U+${code.toString(16).toUpperCase().padStart(4, '0')}›`;
  });
}

/** {@link visible} text that keeps its line breaks; lines without text are left out. At most `limit` characters of each line are looked at. */
export function visibleLines(text: string, limit = 200): string {
  return text.split('\n').filter((line) => line.trim() !== '').map((line) => visible(line.trimEnd(), limit)).join('\n');
}

/** {@link visible} text for a MarkdownString: every ASCII character that is not alphanumeric is an entity, so nothing is syntax or a link. */
export function markdownText(text: string, limit = 200): string {
  return visible(text, limit).replace(/[!-/:-@[-`{-~]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** {@link visible} text for labels in which VS Code renders `$(icon)`: quick picks and the status bar. */
export function labelText(text: string, limit = 200): string {
  return visible(text, limit).replace(/\$\(/g, '\\$(');
}

/** Text for notifications and questions: VS Code makes a link of `[words](command:…)` there, and runs the command when it is clicked. */
export function withoutLinks(text: string): string {
  return text.replaceAll('](', '] (');
}

/** Lines of a log for a document: keeps tabs, makes other control characters visible, drops the colour sequences of terminals. */
export function logLine(text: string): string {
  // eslint-disable-next-line no-control-regex -- ESC starts the sequences that are dropped
  const plain = text.replace(/\u001b\[[0-9;?]*[ -/]*[@-~]/g, '');
  return plain
    .split('\t')
    .map((part) => visible(part, 10_000))
    .join('\t');
}
