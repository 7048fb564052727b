import { strict as assert } from 'node:assert';
import { afterEach, describe, it } from 'mocha';
import { clientOf, connectionTo, disposeAll, failureOf, secretsOf, tokenSecret } from './client.ts';
import { closeAll, data, refuse, serve } from './server.ts';

describe('requests with an API token', () => {
  afterEach(async () => {
    disposeAll();
    await closeAll();
  });

  it('get the data, and carry the token', async () => {
    const server = await serve((_request, response) => data(response, [{ id: 'node/pve1' }]));
    const client = clientOf(connectionTo([server]));
    assert.deepEqual(await client.get('/cluster/resources', { type: 'node' }), [{ id: 'node/pve1' }]);
    const [request] = server.received;
    assert.equal(request?.method, 'GET');
    assert.equal(request.path, '/cluster/resources');
    assert.equal(request.query.toString(), 'type=node');
    assert.equal(request.headers.authorization, `PVEAPIToken=root@pam!workbench=${tokenSecret}`);
    assert.equal(request.headers.cookie, undefined);
    assert.equal(request.body, '');
  });

  it('send the parameters of writes as a form: lists repeated, booleans 0/1, undefined left out', async () => {
    const server = await serve((_request, response) => data(response, null));
    const client = clientOf(connectionTo([server]));
    const parameters = { description: 'Grüße & a=b;c\n100 %', onboot: true, protection: false, memory: 2048, delete: ['net1', 'net2'], tags: undefined };
    for (const method of ['post', 'put'] as const) assert.equal(await client[method]('/nodes/pve1/qemu/100/config', parameters), null);
    for (const { headers, body, form, query } of server.received) {
      assert.equal(headers['content-type'], 'application/x-www-form-urlencoded');
      assert.equal(Number(headers['content-length']), Buffer.byteLength(body));
      assert.equal(query.size, 0);
      assert.deepEqual([...form], [['description', parameters.description], ['onboot', '1'], ['protection', '0'], ['memory', '2048'], ['delete', 'net1'], ['delete', 'net2']]);
      // pveproxy splits at these before it decodes.
      assert.ok(!body.includes(';') && body.split('=').length === 7);
    }
    assert.deepEqual(server.received.map(({ method }) => method), ['POST', 'PUT']);
  });

  it('send the parameters of DELETE in the query, because pveproxy takes no body there', async () => {
    const server = await serve((_request, response) => data(response, 'UPID:…'));
    await clientOf(connectionTo([server])).delete('/nodes/pve1/qemu/100', { purge: true });
    assert.equal(server.received[0]?.query.toString(), 'purge=1');
    assert.equal(server.received[0].body, '');
  });

  it('send an empty body for a write without parameters', async () => {
    const server = await serve((_request, response) => data(response, null));
    await clientOf(connectionTo([server])).post('/nodes/pve1/qemu/100/status/start');
    assert.equal(server.received[0]?.headers['content-length'], '0');
    assert.equal(server.received[0].headers['transfer-encoding'], undefined);
  });

  it('share connections that are kept open', async () => {
    const server = await serve((_request, response) => data(response, 1));
    const client = clientOf(connectionTo([server]));
    for (let index = 0; index < 10; index++) await client.get('/version');
    // A request that follows on the heels of another finds its connection not tidied up yet and takes a second one.
    assert.ok(server.connections.size <= 2, String(server.connections.size));
  });

  it('take long texts whole', async () => {
    const description = 'Ärger '.repeat(1_700_000);
    const server = await serve((_request, response) => data(response, { description }));
    const config = (await clientOf(connectionTo([server])).get('/nodes/pve1/qemu/100/config')) as { description: string };
    assert.equal(config.description.length, description.length);
  });

  it('ask for the secret once, and again after it was refused', async () => {
    let asked = 0;
    let secret = 'wrong';
    const server = await serve(({ headers }, response) => (headers.authorization?.endsWith('=right') ? data(response, 'welcome') : refuse(response, 401, 'invalid token value!')));
    const client = clientOf(connectionTo([server]), { secret: () => (asked++, Promise.resolve(secret)) });
    const error = await failureOf(client.get('/version'), 'unauthorised');
    assert.equal(error.details.status, 401);
    assert.match(error.message, /invalid token value/);
    assert.equal(server.received.length, 1);
    secret = 'right';
    assert.equal(await client.get('/version'), 'welcome');
    assert.equal(await client.get('/version'), 'welcome');
    assert.equal(asked, 2);
  });

  it('say when there is no secret, or none that can be one, and send nothing', async () => {
    const server = await serve((_request, response) => data(response, 1));
    await failureOf(clientOf(connectionTo([server]), { secret: () => Promise.resolve(undefined) }).get('/version'), 'unauthorised');
    const error = await failureOf(clientOf(connectionTo([server]), secretsOf('two\r\nlines: x')).get('/version'), 'unauthorised');
    assert.ok(!error.message.includes('lines'));
    assert.equal(server.received.length, 0);
  });
});
