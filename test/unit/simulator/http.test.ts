import { strict as assert } from 'node:assert';
import { after, before, describe, it } from 'mocha';
import * as OTPAuth from 'otpauth';
import { createDemoCluster, type Credentials, DEMO_TOTP_SECRET } from '../../../src/simulator/demo/index.ts';
import { selfSigned, type ServerCertificate } from '../../../src/simulator/http/certificate.ts';
import { type RunningSimulator, serve } from '../../../src/simulator/simulator.ts';
import { raw, type RawAnswer } from '../../support/https.ts';
import { TestClock } from '../../support/in-process.ts';

const HOUR = 3_600_000;
const form = (values: Record<string, string>): string => new URLSearchParams(values).toString();

describe('the simulator over HTTPS', () => {
  const clock = new TestClock();
  const { cluster, credentials } = createDemoCluster({ clock });
  const reports: string[] = [];
  let certificate: ServerCertificate;
  let server: RunningSimulator;
  before(async () => {
    certificate = await selfSigned(['pve1']);
    server = await serve({ cluster, certificate, port: 0, report: (message) => reports.push(message) });
  });
  after(async () => {
    await server.close();
    assert.deepEqual(reports, [], 'nothing of our own went wrong');
  });

  const tokenHeader = ({ tokenId, tokenSecret }: Credentials = credentials): Record<string, string> => ({ authorization: `PVEAPIToken=${tokenId}=${tokenSecret}` });
  const ask = (path: string, options: Parameters<typeof raw>[1] = {}, body?: string): Promise<RawAnswer> => raw(server.url + path, options, body);
  const login = async (username: string, password: string, more: Record<string, string> = {}): Promise<RawAnswer> =>
    ask('/api2/json/access/ticket', { method: 'POST' }, form({ username, password, ...more }));
  const data = (answer: RawAnswer): Record<string, unknown> => (JSON.parse(answer.body) as { data: Record<string, unknown> }).data;

  it('answers a token with pveproxy’s headers', async () => {
    const answer = await ask('/api2/json/version', { headers: tokenHeader() });
    assert.equal(answer.status, 200);
    assert.equal(data(answer)['release'], '9.2');
    const { server: name, pragma, 'cache-control': cache, 'content-type': type } = answer.headers;
    assert.deepEqual({ name, pragma, cache, type }, { name: 'pve-api-daemon/3.0', pragma: 'no-cache', cache: 'max-age=0', type: 'application/json;charset=UTF-8' });
  });

  it('says in the status line why nobody gets in', async () => {
    const cases: [Record<string, string>, string][] = [
      [{}, 'No ticket'],
      [{ authorization: `PVEAPIToken=${credentials.tokenId}=wrong` }, 'Authentication failed!'],
      [{ authorization: 'PVEAPIToken=nobody@pve!x=y' }, 'Authentication failed!'],
      [{ cookie: 'PVEAuthCookie=PVE:root@pam:00000000::forged' }, 'Authentication failed!'],
    ];
    for (const [headers, reason] of cases) {
      const answer = await ask('/api2/json/version', { headers });
      assert.deepEqual([answer.status, answer.reason, answer.headers['connection']], [401, reason, 'close']);
    }
  });

  it('lets a ticket read at once, and change only with its CSRF token, for two hours', async () => {
    const ticket = data(await login(credentials.user, credentials.password));
    const cookie = `PVEAuthCookie=${encodeURIComponent(String(ticket['ticket']))}`;
    assert.equal((await ask('/api2/json/access/users', { headers: { cookie } })).status, 200);
    const change = (headers: Record<string, string>): Promise<RawAnswer> => ask('/api2/json/access/groups', { method: 'POST', headers: { cookie, ...headers } }, form({ groupid: 'night-shift' }));
    const refused = await change({});
    assert.deepEqual([refused.status, refused.reason], [401, 'Permission denied - invalid csrf token']);
    assert.equal((await change({ CSRFPreventionToken: String(ticket['CSRFPreventionToken']) })).status, 200);
    clock.advance(2 * HOUR - 1000);
    const renewed = await login(credentials.user, String(ticket['ticket']));
    assert.equal(renewed.status, 200, 'a ticket that is still good gets a new one');
    clock.advance(2000);
    assert.equal((await ask('/api2/json/version', { headers: { cookie } })).reason, 'Authentication failed!');
    assert.equal((await login(credentials.user, String(ticket['ticket']))).reason, 'authentication failure');
  });

  it('wants the second factor of a user who has one', async () => {
    const half = data(await login('alice@pve', credentials.password));
    assert.equal(half['NeedTFA'], 1);
    assert.match(String(half['ticket']), /^PVE:!tfa!/);
    assert.equal('cap' in half, false);
    assert.equal((await ask('/api2/json/version', { headers: { cookie: `PVEAuthCookie=${encodeURIComponent(String(half['ticket']))}` } })).reason, 'Authentication failed!');
    const code = new OTPAuth.TOTP({ secret: OTPAuth.Secret.fromBase32(DEMO_TOTP_SECRET) }).generate({ timestamp: clock.now() });
    const challenge = { 'tfa-challenge': String(half['ticket']) };
    assert.equal((await login('alice@pve', 'totp:000000', challenge)).reason, 'authentication failure');
    assert.equal((await login('bob@pve', `totp:${code}`, challenge)).reason, 'authentication failure', 'the challenge is hers alone');
    const whole = data(await login('alice@pve', `totp:${code}`, challenge));
    assert.equal(whole['NeedTFA'], undefined);
    assert.equal((await ask('/api2/json/version', { headers: { cookie: `PVEAuthCookie=${encodeURIComponent(String(whole['ticket']))}` } })).status, 200);
    assert.equal((await login('alice@pve', `totp:${code}`, challenge)).reason, 'authentication failure', 'a code is good for one login');
    const codeOf = (step: number): string => new OTPAuth.TOTP({ secret: OTPAuth.Secret.fromBase32(DEMO_TOTP_SECRET) }).generate({ timestamp: clock.now() + step * 30_000 });
    assert.equal((await login('alice@pve', `totp:${codeOf(-1)}`, challenge)).reason, 'authentication failure', 'nor is one from before it');
    assert.equal((await login('alice@pve', `totp:${codeOf(1)}`, challenge)).status, 200);
  });

  it('refuses the disabled, and never says who exists', async () => {
    for (const [user, password] of [['mallory@pve', credentials.password], ['nobody@pve', 'x'], ['bob@pve', 'wrong']] as const) {
      const answer = await login(user, password);
      assert.deepEqual([answer.status, answer.reason, answer.body], [401, 'authentication failure', '{"data":null,"message":"authentication failure\\n"}']);
    }
  });

  it('takes forms and JSON alike', async () => {
    const headers = tokenHeader();
    assert.equal((await ask('/api2/json/access/groups', { method: 'POST', headers }, form({ groupid: 'a', comment: 'ä & ö' }))).status, 200);
    const json = { ...headers, 'content-type': 'application/json' };
    assert.equal((await ask('/api2/json/access/users', { method: 'POST', headers: json }, JSON.stringify({ userid: 'dora@pve', enable: true, expire: 0, groups: ['a'] }))).status, 200);
    assert.equal(data(await ask('/api2/json/access/groups/a', { headers }))['comment'], 'ä & ö');
    assert.deepEqual(data(await ask('/api2/json/access/users/dora@pve', { headers }))['groups'], ['a']);
  });

  it('reads forms as pveproxy does: divided at ; too, and cut at a second =', async () => {
    const headers = tokenHeader();
    assert.equal((await ask('/api2/json/access/groups', { method: 'POST', headers }, 'groupid=unescaped;comment=one=two&')).status, 200);
    assert.equal((await ask('/api2/json/access/groups', { method: 'POST', headers }, form({ groupid: 'escaped', comment: 'one=two;three+four' }))).status, 200);
    const comment = async (group: string): Promise<unknown> => data(await ask(`/api2/json/access/groups/${group}`, { headers }))['comment'];
    assert.deepEqual([await comment('unescaped'), await comment('escaped')], ['one', 'one=two;three+four']);
  });

  it('names every wrong parameter in the body', async () => {
    const answer = await ask('/api2/json/access/users', { method: 'POST', headers: tokenHeader() }, form({ userid: 'x', enable: 'perhaps', colour: 'red' }));
    assert.deepEqual([answer.status, answer.reason], [400, 'Parameter verification failed.']);
    assert.deepEqual(JSON.parse(answer.body), {
      data: null,
      message: 'Parameter verification failed.\n',
      errors: {
        userid: "invalid format - value 'x' does not look like a valid user name\n",
        enable: "type check ('boolean') failed - got 'perhaps'",
        colour: 'property is not defined in schema and the schema does not allow additional properties',
      },
    });
  });

  it('answers extjs with 200 and the status inside', async () => {
    const answer = await ask('/api2/extjs/nowhere', { headers: tokenHeader() });
    assert.equal(answer.status, 200);
    assert.deepEqual(JSON.parse(answer.body), { data: null, message: "Method 'GET /nowhere' not implemented", status: 501, success: 0 });
  });

  it('reaches what belongs to a stopped node as pveproxy does: not at all', async () => {
    const stopped = [...cluster.nodes.values()].find((node) => !node.online)?.name ?? '';
    const answer = await ask(`/api2/json/nodes/${stopped}/status`, { headers: tokenHeader() });
    assert.deepEqual([answer.status, answer.reason], [595, 'No route to host']);
  });

  it('compresses long answers for those who accept it', async () => {
    const answer = await ask('/api2/json/access/roles', { headers: { ...tokenHeader(), 'accept-encoding': 'gzip, deflate' } });
    assert.equal(answer.headers['content-encoding'], 'gzip');
    assert.ok(answer.body.includes('Administrator'));
  });

  it('refuses what pveproxy refuses: other methods, chunked bodies, bodies of GET', async () => {
    const headers = tokenHeader();
    assert.equal((await ask('/api2/json/version', { method: 'PATCH', headers })).reason, "method 'PATCH' not available");
    assert.equal((await ask('/api2/json/access/groups', { method: 'POST', headers: { ...headers, 'transfer-encoding': 'chunked' } }, 'groupid=x')).reason, 'chunked transfer encoding not supported');
    assert.equal((await ask('/api2/json/version', { method: 'DELETE', headers: { ...headers, 'content-length': '3' } }, 'a=b')).reason, "Unexpected content for method 'DELETE'");
  });

  it('keeps line breaks and control characters out of the status line', async () => {
    const answer = await ask('/api2/json/nodes/a%0d%0aSet-Cookie:x/status', { headers: tokenHeader() });
    assert.deepEqual([answer.status, answer.reason], [501, 'no such uri']);
    assert.equal(answer.headers['set-cookie'], undefined);
  });
});
