const RETURN = 0xff0d;
const TAB = 0xff09;

/** The X11 keysyms that type a text: Latin 1 as it is, other characters by their code point (keysymdef.h). */
export function keysymsOf(text: string): number[] {
  return [...text.replaceAll('\r\n', '\n')].flatMap((character) => {
    const code = character.codePointAt(0) ?? 0;
    if (character === '\n' || character === '\r') return [RETURN];
    if (character === '\t') return [TAB];
    if (code < 0x20 || code === 0x7f) return [];
    return [code <= 0xff ? code : 0x0100_0000 + code];
  });
}
