import { strict as assert } from 'node:assert';
import { afterEach, describe, it } from 'mocha';
import { certificate } from './certificates.ts';
import { clientOf, connectionTo, disposeAll, failureOf } from './client.ts';
import { closeAll, data, refuse, serve } from './server.ts';

const nobody = 'https://127.0.0.1:9';

describe('requests that meet trouble on the way', () => {
  afterEach(async () => {
    disposeAll();
    await closeAll();
  });

  it('go to the next endpoint when one does not answer, and stay there', async () => {
    const server = await serve((_request, response) => data(response, 'ok'));
    const client = clientOf(connectionTo([nobody, server]));
    assert.equal(await client.get('/version'), 'ok');
    assert.equal(await client.post('/pools', { poolid: 'a' }), 'ok');
    assert.equal(server.received.length, 2);
  });

  it('tell of every endpoint when none answers', async () => {
    const error = await failureOf(clientOf(connectionTo([nobody, 'https://127.0.0.1:10'])).get('/version'), 'unreachable');
    assert.match(error.message, /127\.0\.0\.1:9 .*127\.0\.0\.1:10 /);
    assert.match(error.details.advice ?? '', /8006/);
  });

  it('stop at an endpoint whose certificate is not trusted', async () => {
    const other = await serve((_request, response) => data(response, 'other'), { certificate: await certificate() });
    const server = await serve((_request, response) => data(response, 'ok'));
    const client = clientOf(connectionTo([other, server], { trust: { kind: 'fingerprint', sha256: server.certificate.fingerprint } }));
    await failureOf(client.get('/version'), 'untrusted-certificate');
    assert.deepEqual(server.received, []);
  });

  it('are repeated when they only read, never when they write', async () => {
    const server = await serve((_request, _response, request) => void request.socket.destroy());
    const client = clientOf(connectionTo([server]));
    await failureOf(client.get('/version'), 'unreachable');
    assert.equal(server.received.length, 3);
    server.received.length = 0;
    await failureOf(client.post('/nodes/pve1/qemu/100/status/start'), 'unreachable');
    assert.equal(server.received.length, 1);
  });

  it('read through another endpoint when a node is not reached through one', async () => {
    const first = await serve((_request, response) => refuse(response, 595, 'No route to host'));
    const second = await serve((_request, response) => data(response, 'ok'), { certificate: first.certificate });
    const client = clientOf(connectionTo([first, second]));
    assert.equal(await client.get('/nodes/pve2/status'), 'ok');
    assert.equal((await failureOf(client.post('/nodes/pve2/qemu/100/status/start'), 'node-unreachable')).details.status, 595);
    assert.equal(second.received.length, 1);
  });

  it('end when their time is up, and when they are cancelled, at once', async () => {
    const server = await serve(() => undefined);
    const client = clientOf(connectionTo([server]));
    const begun = performance.now();
    assert.match((await failureOf(client.get('/version', {}, { timeout: 200 }), 'unreachable')).message, /did not answer|time/);
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 50);
    await failureOf(client.get('/version', {}, { signal: controller.signal }), 'cancelled');
    assert.ok(performance.now() - begun < 5_000);
  });

  it('are under way only so many at a time', async () => {
    let under = 0;
    let most = 0;
    const server = await serve(async (_request, response) => {
      most = Math.max(most, ++under);
      await new Promise((resolve) => setTimeout(resolve, 10));
      under--;
      data(response, null);
    });
    const client = clientOf(connectionTo([server]), undefined, { concurrency: 3 });
    await Promise.all(Array.from({ length: 20 }, () => client.get('/version')));
    assert.equal(most, 3);
  });
});
