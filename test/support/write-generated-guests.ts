// node write-generated-guests.ts FOLDER COUNT SEED: writes an /etc/pve-shaped folder with guests that use every option there is.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { generatedGuests } from './generated-guests.ts';

const [folder = '', count = '', seed = ''] = process.argv.slice(2);
for (const [path, text] of generatedGuests(Number(count), Number(seed))) {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
}
