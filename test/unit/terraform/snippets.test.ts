import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { type SpawnedSimulator, spawnSimulator } from '../../support/spawned-simulator.ts';

interface Snippet {
  readonly prefix: string;
  readonly description: string;
  readonly body: readonly string[];
}

const file = join(import.meta.dirname, '../../../snippets/terraform.json');

/** What is left when somebody takes a snippet and types nothing. */
function expanded({ body }: Snippet): string {
  const values = new Map<string, string>();
  return `${body.join('\n')}\n`.replaceAll(/\$\{(\d+)(?::([^}]*)|\|([^|,]*)[^|]*\|)?\}|\$0\n/g, (_, place: string | undefined, text: string | undefined, first: string | undefined) => {
    if (place === undefined) return '';
    const value = values.get(place) ?? text ?? first;
    assert.ok(value !== undefined, `place ${place} is used before it has a value`);
    values.set(place, value);
    return value;
  });
}

describe("Terraform's snippets, with the real provider", function () {
  this.timeout(60_000);
  let home: string;
  let simulator: SpawnedSimulator;
  let snippets: [string, Snippet][];
  before(async () => {
    const provider = process.env['PROXMOX_WORKBENCH_TERRAFORM_PROVIDER'];
    assert.ok(provider, 'PROXMOX_WORKBENCH_TERRAFORM_PROVIDER names no folder with the provider; npm test builds one');
    simulator = await spawnSimulator('--pace', '0.05');
    snippets = Object.entries(JSON.parse(await readFile(file, 'utf8')) as Record<string, Snippet>);
    home = await mkdtemp(join(tmpdir(), 'snippets-'));
    await writeFile(join(home, 'cli.tfrc'), `provider_installation {\n  dev_overrides {\n    "bpg/proxmox" = "${provider}"\n  }\n  direct {}\n}\n`);
    // What the snippets take the public key from.
    await mkdir(join(home, '.ssh'));
    await writeFile(join(home, '.ssh/id_ed25519.pub'), 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBvFmEpDWiTMTXCIHKhIYdxN3pZYYOxFwmNWM3mmTpi5 somebody\n');
  });
  after(async () => {
    await simulator.stop();
    await rm(home, { recursive: true, force: true });
  });

  const terraform = (folder: string, ...args: string[]): Promise<{ readonly code: unknown; readonly output: string }> =>
    new Promise((resolve) => {
      const env = {
        ...process.env, HOME: home, TF_CLI_CONFIG_FILE: join(home, 'cli.tfrc'), CHECKPOINT_DISABLE: '1',
        PROXMOX_VE_ENDPOINT: simulator.url, PROXMOX_VE_API_TOKEN: `${simulator.tokenId}=${simulator.tokenSecret}`, PROXMOX_VE_INSECURE: 'true',
      };
      execFile('terraform', args, { cwd: folder, env }, (error, stdout, stderr) => resolve({ code: error?.code ?? 0, output: `${stdout}${stderr}` }));
    });
  const provider = (): string => expanded(snippets.find(([, { prefix }]) => prefix === 'pve-provider')![1]);

  it('are each valid as they are inserted, and formatted', async () => {
    await Promise.all(snippets.map(async ([name, snippet], index) => {
      const folder = join(home, String(index));
      await mkdir(folder);
      if (snippet.prefix !== 'pve-provider') await writeFile(join(folder, 'provider.tf'), provider());
      await writeFile(join(folder, 'main.tf'), expanded(snippet));
      const formatted = await terraform(folder, 'fmt', '-check', '-diff');
      assert.equal(formatted.code, 0, `${name} is not formatted:\n${formatted.output}`);
      const { code, output } = await terraform(folder, 'validate', '-no-color');
      assert.equal(code, 0, `${name} is not valid:\n${output}`);
    }));
  });

  it('can be planned together', async () => {
    const folder = join(home, 'all');
    await mkdir(folder);
    for (const [index, [, snippet]] of snippets.entries()) await writeFile(join(folder, `${index}.tf`), expanded(snippet));
    const { code, output } = await terraform(folder, 'plan', '-no-color', '-input=false');
    assert.equal(code, 0, output);
    assert.match(output, /Plan: \d+ to add, 0 to change, 0 to destroy\./);
  });

  it('are told apart by what is typed', () => {
    const prefixes = snippets.map(([, { prefix }]) => prefix);
    assert.equal(new Set(prefixes).size, prefixes.length);
    for (const [name, { description }] of snippets) assert.ok(description.length > 20, name);
  });
});
