import { strict as assert } from 'node:assert';
import { afterEach, before, after, describe, it } from 'mocha';
import { TOTP } from 'otpauth';
import type { Secrets } from '../../../../src/pve/index.ts';
import { type SpawnedSimulator, spawnSimulator } from '../../../support/spawned-simulator.ts';
import { clientOf, connectionTo, disposeAll, failureOf, secretsOf } from './client.ts';
import { closeAll, data, refuse, serve } from './server.ts';

const hour = 3_600_000;
const asUser = { authentication: { kind: 'password', user: 'root@pam' } } as const;

describe('sessions with a password', () => {
  afterEach(async () => {
    disposeAll();
    await closeAll();
  });

  /** Gives out tickets `T1`, `T2`, … to the password `good` or a ticket of its own, and refuses whoever shows an older one. */
  const login = async () => {
    const logins: string[] = [];
    let valid: string | undefined;
    const server = await serve((request, response) => {
      if (request.path !== '/access/ticket') {
        if (request.headers.cookie !== `PVEAuthCookie=${valid}`) return refuse(response, 401, 'permission denied - invalid PVE ticket');
        if (request.method !== 'GET' && request.headers['csrfpreventiontoken'] !== `C${valid}`) return refuse(response, 401, 'Permission denied - invalid csrf token');
        return data(response, request.headers.cookie);
      }
      const password = request.form.get('password') ?? '';
      logins.push(password);
      if (password !== 'good' && password !== valid) return refuse(response, 401, 'authentication failure');
      valid = `T${logins.length}`;
      data(response, { username: 'root@pam', ticket: valid, CSRFPreventionToken: `C${valid}` });
    });
    return { server, logins, expire: () => (valid = undefined) };
  };

  it('log in once for many requests, and send the CSRF token with them', async () => {
    const { server, logins } = await login();
    const client = clientOf(connectionTo([server], asUser), secretsOf('good'));
    await Promise.all([client.get('/version'), client.get('/nodes'), client.post('/pools', { poolid: 'a' })]);
    assert.deepEqual(logins, ['good']);
  });

  it('renew the ticket with itself before it ends', async () => {
    const { server, logins } = await login();
    let now = 0;
    const client = clientOf(connectionTo([server], asUser), secretsOf('good'), { clock: { now: () => now } });
    assert.equal(await client.get('/version'), 'PVEAuthCookie=T1');
    now += 0.9 * hour;
    assert.equal(await client.get('/version'), 'PVEAuthCookie=T1');
    now += 0.2 * hour;
    assert.equal(await client.get('/version'), 'PVEAuthCookie=T2');
    assert.deepEqual(logins, ['good', 'T1']);
    // After two hours a ticket is worth nothing, not even to renew it.
    now += 3 * hour;
    assert.equal(await client.get('/version'), 'PVEAuthCookie=T3');
    assert.deepEqual(logins, ['good', 'T1', 'good']);
  });

  it('log in again when a ticket is refused in the middle of the work, and repeat what was refused', async () => {
    const { server, logins, expire } = await login();
    const client = clientOf(connectionTo([server], asUser), secretsOf('good'));
    await client.get('/version');
    expire();
    assert.equal(await client.post('/pools', { poolid: 'a' }), 'PVEAuthCookie=T2');
    assert.deepEqual(logins, ['good', 'good']);
  });

  it('do not send a refused password again and again', async () => {
    const { server, logins } = await login();
    let now = 0;
    const client = clientOf(connectionTo([server], asUser), secretsOf('bad'), { clock: { now: () => now } });
    for (let i = 0; i < 4; i++) await failureOf(client.get('/version'), 'unauthorised');
    assert.deepEqual(logins, ['bad']);
    now += 61_000;
    await failureOf(client.get('/version'), 'unauthorised');
    assert.deepEqual(logins, ['bad', 'bad']);
  });
});

describe('second factors, on the simulator', () => {
  let simulator: SpawnedSimulator;
  before(async () => (simulator = await spawnSimulator('--guests', '4')));
  after(() => simulator.stop());
  afterEach(disposeAll);

  const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
  const alice = () => connectionTo([simulator.url], { authentication: { kind: 'password', user: 'alice@pve' }, trust: { kind: 'fingerprint', sha256: simulator.fingerprint } });
  const asking = (code: () => string | undefined): Secrets & { asked: number } => {
    const secrets = { asked: 0, secret: () => Promise.resolve(simulator.password), totp: () => Promise.resolve((secrets.asked++, code())) };
    return secrets;
  };

  it('are asked for once', async () => {
    const secrets = asking(() => new TOTP({ secret }).generate());
    const client = clientOf(alice(), secrets);
    await Promise.all([client.get('/version'), client.get('/access/permissions')]);
    assert.equal(secrets.asked, 1);
  });

  it('say what is wrong when there is none, or a wrong one', async () => {
    assert.match((await failureOf(clientOf(alice(), asking(() => undefined)).get('/version'), 'second-factor')).message, /wants a one-time code for alice@pve, and none was given/);
    assert.match((await failureOf(clientOf(alice(), asking(() => '000000')).get('/version'), 'second-factor')).message, /did not accept the one-time code/);
  });

  it('are good for one login: who comes with the same again is told to wait for the next', async () => {
    // That of the coming step has been used by no test before.
    const code = new TOTP({ secret }).generate({ timestamp: Date.now() + 30_000 });
    await clientOf(alice(), asking(() => code)).get('/version');
    const { message, details } = await failureOf(clientOf(alice(), asking(() => code)).get('/version'), 'second-factor');
    assert.match(message, /did not accept the one-time code for alice@pve/);
    assert.match(details.advice ?? '', /only once: wait for the next one/);
  });
});
