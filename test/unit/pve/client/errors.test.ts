import { strict as assert } from 'node:assert';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, it } from 'mocha';
import type { PveErrorKind } from '../../../../src/pve/index.ts';
import { clientOf, connectionTo, disposeAll, failureOf } from './client.ts';
import { closeAll, closing, data, refuse, serve } from './server.ts';

describe('what a server says', () => {
  afterEach(async () => {
    disposeAll();
    await closeAll();
  });

  const refusals: readonly (readonly [status: number, reason: string, kind: PveErrorKind])[] = [
    [401, 'no such token', 'unauthorised'],
    [403, 'Permission check failed (/vms/100, VM.PowerMgmt)', 'forbidden'],
    [403, 'Permission check failed (user != root@pam)', 'forbidden'],
    [500, "Configuration file 'nodes/pve1/qemu-server/999.conf' does not exist", 'not-found'],
    [500, 'VM is locked (backup)', 'locked'],
    [500, 'CT is locked (snapshot)', 'locked'],
    [500, "can't lock file '/var/lock/qemu-server/lock-100.conf' - got timeout", 'locked'],
    [500, 'detected modified configuration - file changed by other user? Try again.', 'digest-changed'],
    [500, 'checksum mismatch (file change by other user?)', 'digest-changed'],
    [500, 'cluster not ready - no quorum?', 'no-quorum'],
    [595, 'No route to host', 'node-unreachable'],
    [596, 'Connection timed out', 'node-unreachable'],
    [501, "Method 'GET /nonsense' not implemented", 'server-error'],
    [500, 'unexpected disaster', 'server-error'],
  ];
  it('is told apart by what can be done about it', async () => {
    let answer: readonly [number, string] = [200, ''];
    const server = await serve((_request, response) => refuse(response, ...answer));
    const client = clientOf(connectionTo([server]));
    for (const [status, reason, kind] of refusals) {
      answer = [status, reason];
      const error = await failureOf(client.post('/nodes/pve1/qemu/100/status/start'), kind);
      assert.equal(error.details.status, status);
      assert.ok(error.message.includes(reason.replace(/\.$/, '')), error.message);
    }
  });

  it('is a proxy without an answer from the node, also when that has a page of its own for it', async () => {
    const server = await serve((_request, response) => void response.writeHead(504, 'Gateway Time-out', { 'content-type': 'text/html' }).end('<html><body><h1>504 Gateway Time-out</h1><hr>nginx</body></html>'));
    const error = await failureOf(clientOf(connectionTo([server])).post('/nodes/pve1/qemu/100/status/start'), 'unreachable');
    assert.match(error.message, /Gateway Time-out/);
    assert.match(error.details.advice ?? '', /proxy in front of the node/);
  });

  it('names the missing privilege', async () => {
    const server = await serve((_request, response) => refuse(response, 403, 'Permission check failed (/vms/100, VM.PowerMgmt)'));
    const error = await failureOf(clientOf(connectionTo([server])).post('/nodes/pve1/qemu/100/status/start'), 'forbidden');
    assert.deepEqual(error.details.missing, { path: '/vms/100', privileges: ['VM.PowerMgmt'] });
    assert.match(error.details.advice ?? '', /VM\.PowerMgmt on \/vms\/100/);
  });

  it('names the bad parameters', async () => {
    const server = await serve((_request, response) => refuse(response, 400, 'Parameter verification failed.', { memory: "type check ('integer') failed - got 'lots'" }));
    const error = await failureOf(clientOf(connectionTo([server])).put('/nodes/pve1/qemu/100/config', { memory: 'lots' }), 'bad-parameter');
    assert.deepEqual(error.details.fields, { memory: "type check ('integer') failed - got 'lots'" });
  });

  it('is not Proxmox VE when it is a web page, garbage, a redirection or no TLS', async () => {
    const pages = [
      { status: 200, headers: { 'content-type': 'text/html' }, body: '<!doctype html><title>Router</title>' },
      { status: 404, headers: { 'content-type': 'text/html' }, body: '<html>not here</html>' },
      { status: 200, headers: { 'content-type': 'application/json' }, body: '{"data": [1, 2' },
      { status: 200, headers: {}, body: '\u0000\u0001garbage\uffff' },
      { status: 301, headers: { location: 'https://elsewhere.example/' }, body: '' },
      { status: 200, headers: {}, body: '' },
    ];
    let page = pages[0];
    const server = await serve((_request, response) => void response.writeHead(page!.status, page!.headers as Record<string, string>).end(page!.body));
    const client = clientOf(connectionTo([server]));
    for (page of pages) await failureOf(client.get('/version'), 'not-proxmox');
    const plain = createServer((_request, response) => response.end('plain'));
    const close = closing(plain, new Set());
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
    await failureOf(clientOf(connectionTo([`https://127.0.0.1:${(plain.address() as AddressInfo).port}`])).get('/version'), 'not-proxmox');
    await close();
  });

  it('is taken whole when it is 10 MB, and refused when the connection breaks in the middle', async () => {
    const description = 'ä'.repeat(5_000_000);
    const server = await serve((_request, response) => data(response, { description }));
    const client = clientOf(connectionTo([server]));
    assert.deepEqual(await client.get('/nodes/pve1/qemu/100/config'), { description });
    server.answer = (_request, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{"data":');
      setTimeout(() => response.destroy(), 20);
    };
    await failureOf(client.get('/nodes/pve1/qemu/100/config'), 'unreachable');
  });

  it('cannot smuggle control characters or a secret into a message', async () => {
    const server = await serve((_request, response) => {
      response.writeHead(500, 'bad').end(JSON.stringify({ data: null, message: 'a\u001b[31mred\u0007\n\u202etxt' }));
    });
    const { message } = await failureOf(clientOf(connectionTo([server])).get('/version'), 'server-error');
    // eslint-disable-next-line no-control-regex -- that is what must not be there
    assert.doesNotMatch(message, /[\u0000-\u001f\u007f-\u009f\u202e]/);
  });
});
