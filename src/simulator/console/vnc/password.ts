import { createCipheriv } from 'node:crypto';

/** RFC 6143, 7.2.2: the password's first eight bytes are the key, each byte's bits mirrored. */
function keyOf(password: string): Buffer {
  const key = Buffer.alloc(8);
  key.write(password.slice(0, 8), 'latin1');
  return key.map((byte) => Number.parseInt(byte.toString(2).padStart(8, '0').split('').reverse().join(''), 2)) as Buffer;
}

/** What a client that knows the password makes of the server's 16 random bytes. */
export function answerChallenge(challenge: Uint8Array, password: string): Buffer {
  const key = keyOf(password);
  // OpenSSL 3 keeps plain DES in its legacy provider; triple DES with one key three times over is the same.
  const cipher = createCipheriv('des-ede3-ecb', Buffer.concat([key, key, key]), null).setAutoPadding(false);
  return Buffer.concat([cipher.update(challenge), cipher.final()]);
}
