import { strict as assert } from 'node:assert';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { Stage, vm } from './stage.ts';

const [VARIABLE, PASSWORD] = ['not-for-the-journal', 'not-for-the-review'];

/** What Terraform or the provider marks as sensitive. */
describe('Secrets of a plan', function () {
  this.timeout(60_000);
  let stage: Stage;
  before(async () => (stage = await Stage.set('--guests', '0', '--nodes', '1', '--pace', '0.1')));
  after(() => stage.strike());

  it('are in no proposal, journal, audit or log; the files that have them are the user’s alone, and go', async () => {
    const cloudInit = `  initialization {\n    datastore_id = "local-lvm"\n    user_account {\n      username = "admin"\n      password = "${PASSWORD}"\n    }\n  }\n  started = false\n`;
    const folder = await stage.project('secrets', `variable "key" {\n  sensitive = true\n}\nresource "terraform_data" "kept" {\n  input = var.key\n}\noutput "key" {\n  value     = var.key\n  sensitive = true\n}\n${vm('web', 7001, { more: cloudInit })}`);
    await writeFile(join(folder, 'secret.auto.tfvars'), `key = "${VARIABLE}"\n`);
    const proposal = await stage.propose(folder);
    const place = stage.placeOf(proposal);
    assert.ok((await readFile(place.json, 'utf8')).includes(VARIABLE), 'the plan itself has it');
    for (const file of [place.planFile, place.json, place.record]) assert.equal((await stat(file)).mode & 0o077, 0, file);
    assert.equal((await stat(place.folder)).mode & 0o077, 0);
    const ended = await (await stage.door.run(proposal, { safeguards: [] })).ended;
    assert.equal(ended.state, 'succeeded');
    const texts = [JSON.stringify(proposal), JSON.stringify(ended)];
    for (const name of ['runs', 'audit', 'plans']) {
      for (const entry of await readdir(join(stage.home, name), { recursive: true, withFileTypes: true })) {
        if (entry.isFile()) texts.push(await readFile(join(entry.parentPath, entry.name), 'utf8'));
      }
    }
    for (const text of texts) for (const secret of [VARIABLE, PASSWORD]) assert.ok(!text.includes(secret), text.slice(Math.max(0, text.indexOf(secret) - 200), text.indexOf(secret)));
  });
});
