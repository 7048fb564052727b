import { strict as assert } from 'node:assert';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { writeProject } from '../../../src/terraform/index.ts';

describe('Writing a project', () => {
  let home: string;
  before(async () => (home = await mkdtemp(join(tmpdir(), 'write-project-'))));
  after(() => rm(home, { recursive: true, force: true }));

  it('leaves nothing of it when one of its files cannot be written, and what was there as it was', async () => {
    const folder = join(home, 'half');
    await mkdir(folder);
    await writeFile(join(folder, 'versions.tf'), 'terraform {}\n');
    // It is not there to be read, and still in the way of writing.
    await symlink(join(home, 'nowhere', 'guests.tf'), join(folder, 'guests.tf'));
    const files = new Map(['versions', 'imports', 'guests', 'pools'].map((name) => [`${name}.tf`, name === 'versions' ? 'terraform {}\n' : `# ${name}\n`]));
    await assert.rejects(writeProject({ files }, folder), { code: 'EEXIST' });
    assert.deepEqual((await readdir(folder)).toSorted(), ['guests.tf', 'versions.tf']);
  });
});
