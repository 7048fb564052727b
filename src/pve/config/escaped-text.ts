const UNSAFE = /[^\x20-\x24\x26-\x39\x3b-\x7e]/;
const ESCAPE = /%[0-9a-f]{2}/i;

/** Text as it stands in comments and notes of configuration files: all but plain ASCII, and `:` and `%`, as `%XX` of its UTF-8 (PVE::Tools::encode_text). */
export function encodeText(text: string): string {
  if (!UNSAFE.test(text)) return text;
  let encoded = '';
  for (const byte of Buffer.from(text, 'utf8')) {
    const plain = byte >= 0x20 && byte <= 0x7e && byte !== 0x25 && byte !== 0x3a;
    encoded += plain ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded;
}

/** The text again; a `%` without two hexadecimal digits stands for itself (PVE::Tools::decode_text). */
export function decodeText(encoded: string): string {
  if (!ESCAPE.test(encoded)) return encoded;
  const bytes = Buffer.from(encoded, 'utf8');
  let length = 0;
  for (let i = 0; i < bytes.length; i += 1) {
    const high = bytes[i] === 0x25 ? hexDigit(bytes[i + 1]) : -1;
    const low = high < 0 ? -1 : hexDigit(bytes[i + 2]);
    if (low < 0) bytes[length] = bytes[i] ?? 0;
    else {
      bytes[length] = high * 16 + low;
      i += 2;
    }
    length += 1;
  }
  return bytes.toString('utf8', 0, length);
}

function hexDigit(code: number | undefined): number {
  if (code === undefined) return -1;
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
