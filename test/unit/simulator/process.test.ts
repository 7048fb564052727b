import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'mocha';
import { raw } from '../../support/https.ts';
import { spawnSimulator } from '../../support/spawned-simulator.ts';

const main = fileURLToPath(new URL('../../../src/simulator/main.ts', import.meta.url));

describe('the simulator as a program', function () {
  // It starts processes, and the machine may be busy with other suites.
  this.timeout(20_000);

  it('says in its first line how to reach it, and does what it says', async () => {
    const simulator = await spawnSimulator();
    const { url, fingerprint, tokenId, tokenSecret, user, password } = simulator;
    assert.match(url, /^https:\/\/127\.0\.0\.1:\d+$/);
    assert.match(fingerprint, /^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/);
    const byToken = await raw(`${url}/api2/json/version`, { headers: { authorization: `PVEAPIToken=${tokenId}=${tokenSecret}` } });
    assert.equal(byToken.status, 200);
    const byPassword = await raw(`${url}/api2/json/access/ticket`, { method: 'POST' }, new URLSearchParams({ username: user, password }).toString());
    assert.equal(byPassword.status, 200);
    await simulator.stop();
  });

  it('ends when its standard input closes, so that no editor leaves it behind', async () => {
    const simulator = await spawnSimulator();
    await simulator.stop();
    assert.equal(simulator.process.exitCode, 0);
  });

  it('is the same for the same seed', async () => {
    const [one, other, different] = await Promise.all([spawnSimulator('--seed', '7'), spawnSimulator('--seed', '7'), spawnSimulator('--seed', '8')]);
    assert.equal(one.tokenSecret, other.tokenSecret);
    assert.notEqual(one.tokenSecret, different.tokenSecret);
    assert.notEqual(one.fingerprint, other.fingerprint, 'the certificate is new each time');
    await Promise.all([one.stop(), other.stop(), different.stop()]);
  });

  it('explains a wrong command line and ends with 2', () => {
    const cases: [string[], RegExp][] = [
      [['--nodes', '0'], /--nodes takes a whole number from 1 to 100, not '0'/],
      [['--guests', 'many'], /--guests takes a whole number/],
      [['--colour', 'red'], /Unknown option '--colour'/],
      [['--pace', 'fast'], /--pace takes a number from 0 to 100/],
    ];
    for (const [args, message] of cases) {
      const { status, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });
      assert.equal(status, 2);
      assert.match(stderr, message);
      assert.match(stderr, /Usage: npm run simulator/);
    }
  });

  it('says which port is taken', async () => {
    const simulator = await spawnSimulator();
    const { status, stderr } = spawnSync(process.execPath, [main, '--port', new URL(simulator.url).port], { encoding: 'utf8' });
    assert.equal(status, 1);
    assert.match(stderr, /The port is in use\. Choose another with --port/);
    await simulator.stop();
  });

  it('says when the folder to load is none', () => {
    const { status, stderr } = spawnSync(process.execPath, [main, '--load', '/nowhere', '--port', '0'], { encoding: 'utf8' });
    assert.equal(status, 1);
    assert.match(stderr, /\/nowhere/);
  });
});
