/** A text in code, in its pieces: what stands there, and expressions as they are written. */
export interface CodeText {
  readonly pieces: readonly (string | { readonly expression: string })[];
  /** Where its first quote stands. */
  readonly start: number;
}

/**
 * Every quoted text of a file, those within templates and heredocs included, whatever else is in it (hcl/hclsyntax/spec.md, “Template Expressions”).
 * JSON has texts of the same kind.
 *
 * This is no second parser: `syntax` gives up what is around a fault and knows no JSON, while a file that is missed here would be a plan whose change
 * nobody notices. What `syntax` reads is read here as well, as a test says.
 */
export function textsIn(code: string): readonly CodeText[] {
  const found: CodeText[] = [];
  /** Where something stands from there on; the end where it does not. */
  const next = (what: string, at: number): number => {
    const place = code.indexOf(what, at);
    return place === -1 ? code.length : place;
  };

  /** @returns where the `}` stands that closes it, or the end */
  const expression = (from: number): number => {
    let depth = 0;
    let at = from;
    while (at < code.length) {
      const character = code[at];
      if (character === '"') at = quoted(at);
      else if (character === '#' || code.startsWith('//', at)) at = next('\n', at);
      else if (code.startsWith('/*', at)) at = next('*/', at + 2) + 2;
      else if (code.startsWith('<<', at)) at = heredoc(at);
      else if (character === '}' && depth-- === 0) return at;
      else {
        if (character === '{') depth++;
        at++;
      }
    }
    return at;
  };

  /** Reads on behind `${` or `%{`. */
  const inserted = (at: number): { readonly text: string; readonly end: number } => {
    const end = expression(at + 2);
    return { text: code.slice(at + 2, end).replace(/^~|~$/g, '').trim(), end: end + 1 };
  };
  const isEscaped = (at: number): boolean => code.startsWith('$${', at) || code.startsWith('%%{', at);
  const isInserted = (at: number): boolean => code.startsWith('${', at) || code.startsWith('%{', at);

  const quoted = (start: number): number => {
    const pieces: (string | { readonly expression: string })[] = [];
    let text = '';
    let at = start + 1;
    while (at < code.length && code[at] !== '"' && code[at] !== '\n') {
      if (code[at] === '\\') {
        text += code[at + 1] ?? '';
        at += 2;
      } else if (isEscaped(at)) {
        text += code.slice(at + 1, at + 3);
        at += 3;
      } else if (isInserted(at)) {
        const { text: written, end } = inserted(at);
        pieces.push(text, { expression: written });
        text = '';
        at = end;
      } else text += code[at++] ?? '';
    }
    found.push({ pieces: [...pieces, text].filter((piece) => piece !== ''), start });
    return at + 1;
  };

  const heredoc = (start: number): number => {
    const head = /<<-?([\w-]+)[ \t]*\r?\n/y;
    head.lastIndex = start;
    const [line = '', word = ''] = head.exec(code) ?? [];
    if (word === '') return start + 2;
    const last = new RegExp(`^[ \\t]*${word}[ \\t]*\\r?$`, 'gm');
    last.lastIndex = start + line.length;
    const end = last.exec(code)?.index ?? code.length;
    for (let at = start + line.length; at < end;) at = isEscaped(at) ? at + 3 : isInserted(at) ? inserted(at).end : at + 1;
    return end + word.length;
  };

  for (let at = 0; at < code.length;) at = expression(at) + 1;
  return found;
}
