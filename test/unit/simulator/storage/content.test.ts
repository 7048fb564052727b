import { strict as assert } from 'node:assert';
import { createHash } from 'node:crypto';
import { beforeEach, describe, it } from 'mocha';
import type { Upload } from '../../../../src/simulator/api/route.ts';
import { inProcess, type InProcess, type TestParameters } from '../../../support/in-process.ts';

interface Row {
  readonly volid: string;
  readonly [field: string]: unknown;
}

const uploadOf = (filename: string, text: string): Upload => ({
  filename, size: Buffer.byteLength(text), checksums: Object.fromEntries(['md5', 'sha256'].map((algorithm) => [algorithm, createHash(algorithm).update(text).digest('hex')])),
});

describe('content of storages', () => {
  let at: InProcess;
  beforeEach(() => {
    at = inProcess();
  });
  const outcome = (method: string, path: string, parameters: TestParameters = {}, user?: string, upload?: Upload): unknown => {
    try {
      return at.call(method, path, parameters, user, upload);
    } catch (error) {
      const { message, errors } = error as { message: string; errors?: unknown };
      return errors ?? message;
    }
  };
  const finished = (upid: unknown): readonly string[] => {
    at.clock.advance(86_400_000);
    return at.cluster.tasks.log(String(upid));
  };
  const list = (storage: string, parameters: TestParameters = {}, user?: string, node = 'pve1'): string[] => (at.call('GET', `/nodes/${node}/storage/${storage}/content`, parameters, user) as Row[]).map(({ volid }) => volid);

  it('takes an uploaded file with the right checksum and refuses one with a wrong one', () => {
    const upload = uploadOf('my image.iso', 'bytes');
    const send = (checksum: string): readonly string[] =>
      finished(at.call('POST', '/nodes/pve1/storage/local/upload', { content: 'iso', filename: 'my image.iso', checksum, 'checksum-algorithm': 'sha256' }, 'root@pam', upload))
        .map((line) => line.replace(/pveupload-[0-9a-f]+/, 'pveupload-X'));
    const right = upload.checksums['sha256'] ?? '';
    assert.deepEqual(send('0'.repeat(64)), [
      'starting file import from: /var/tmp/pveupload-X',
      'calculating checksum...',
      `TASK ERROR: checksum mismatch: got '${right}' != expect '${'0'.repeat(64)}'`,
    ]);
    assert.deepEqual(list('local', { content: 'iso' }), []);
    assert.deepEqual(send(right.toUpperCase()), [
      'starting file import from: /var/tmp/pveupload-X',
      'calculating checksum...OK, checksum verified',
      'target node: pve1',
      'target file: /var/lib/vz/template/iso/my_image.iso',
      'file size is: 5',
      'command: cp -- /var/tmp/pveupload-X /var/lib/vz/template/iso/my_image.iso',
      'finished file import successfully',
      'TASK OK',
    ]);
    assert.deepEqual(list('local', { content: 'iso' }), ['local:iso/my_image.iso']);
    assert.deepEqual(list('local', { content: 'iso' }, 'root@pam', 'pve2'), []);
  });

  it('refuses uploads that do not belong there', () => {
    const send = (storage: string, parameters: TestParameters, user?: string): unknown => outcome('POST', `/nodes/pve1/storage/${storage}/upload`, parameters, user, uploadOf('a.iso', 'x'));
    assert.deepEqual(
      [
        send('local', { content: 'iso', filename: 'a.txt' }),
        send('local', { content: 'vztmpl', filename: 'a.iso' }),
        send('local-lvm', { content: 'iso', filename: 'a.iso' }),
        send('backup', { content: 'iso', filename: 'a.iso' }),
        send('local', { content: 'images', filename: 'a.iso' }),
        send('local', { content: 'iso', filename: 'a.iso', checksum: 'ab' }),
        send('local', { content: 'iso', filename: 'a.iso' }, 'bob@pve'),
      ],
      [
        { filename: 'wrong file extension' },
        { filename: 'wrong file extension' },
        "can't upload to storage type 'lvmthin'",
        "storage 'backup' does not support 'iso' content",
        { content: "value 'images' does not have a value in the enumeration 'iso, vztmpl, import'" },
        { 'checksum-algorithm': "missing property - 'checksum' requires this property" },
        'Permission check failed (/storage/local, Datastore.AllocateTemplate)',
      ],
    );
  });

  it('downloads from an address with the log of wget, and not twice', () => {
    const url = 'https://cdn.example.org/images/tiny.tar.xz';
    const { size } = at.call('GET', '/nodes/pve1/query-url-metadata', { url }) as { size: number };
    const start = (): unknown => at.call('POST', '/nodes/pve1/storage/local/download-url', { url, content: 'vztmpl', filename: 'tiny.tar.xz' });
    const upid = start();
    assert.match(String(upid), /:download:tiny\.tar\.xz:root@pam:$/);
    at.clock.advance(600);
    const running = at.cluster.tasks.log(String(upid));
    assert.equal(running.some((line) => /^ +\d+K \.{8} .*%/.test(line)), true);
    assert.equal(running.some((line) => line.startsWith('TASK')), false);
    assert.deepEqual(list('local', { content: 'vztmpl' }).includes('local:vztmpl/tiny.tar.xz'), false);
    const log = finished(upid).map((line) => line.replace(/tmp_dwnl\.\d+/, 'tmp_dwnl.N'));
    const target = '/var/lib/vz/template/cache/tiny.tar.xz';
    assert.deepEqual([...log.slice(0, 7), ...log.slice(-3)], [
      `downloading ${url} to ${target}`,
      `--2026-11-21 09:30:00--  ${url}`,
      'Resolving cdn.example.org (cdn.example.org)... 203.0.113.80',
      'Connecting to cdn.example.org (cdn.example.org)|203.0.113.80|:443... connected.',
      'HTTP request sent, awaiting response... 200 OK',
      `Length: ${size} (${Math.round(size / 1024 ** 2)}M) [application/x-xz]`,
      `Saving to: ‘${target}.tmp_dwnl.N’`,
      `2026-11-21 09:30:0${Math.floor(0.9 + size / (110 * 1024 ** 2))} (110 MB/s) - ‘${target}.tmp_dwnl.N’ saved [${size}/${size}]`,
      `download of '${url}' to '${target}' finished`,
      'TASK OK',
    ]);
    const row = (at.call('GET', '/nodes/pve1/storage/local/content', { content: 'vztmpl' }) as Row[]).find(({ volid }) => volid.includes('tiny'));
    assert.deepEqual([row?.['size'], row?.['format']], [size, 'txz']);
    assert.deepEqual(finished(start()), [`downloading ${url} to ${target}`, `TASK ERROR: refusing to override existing file '${target}'`]);
  });

  it('downloads an appliance of the index', () => {
    const template = 'debian-13-standard_13.6-1_amd64.tar.zst';
    assert.deepEqual(outcome('POST', '/nodes/pve1/aplinfo', { storage: 'local', template: 'nothing.tar.gz' }), { template: 'no such template' });
    assert.equal((at.call('GET', '/nodes/pve1/aplinfo') as { template: string }[]).some((one) => one.template === template), true);
    assert.equal(finished(at.call('POST', '/nodes/pve1/aplinfo', { storage: 'local', template })).at(-1), 'TASK OK');
    assert.equal(list('local').includes(`local:vztmpl/${template}`), true);
  });

  it('allocates, shows, annotates and removes volumes', () => {
    const path = '/nodes/pve1/storage/local-lvm/content';
    assert.equal(outcome('POST', path, { vmid: 100, filename: 'vm-100-data', size: '4G' }), 'local-lvm:vm-100-data');
    assert.deepEqual(at.call('GET', `${path}/vm-100-data`), { path: '/dev/pve/vm-100-data', size: 4 * 2 ** 30, used: 4_294_967, format: 'raw' });
    assert.deepEqual(
      [
        outcome('POST', path, { vmid: 100, filename: 'vm-101-data', size: '4G' }),
        outcome('POST', path, { vmid: 100, filename: 'vm-100-data', size: '4T' }),
        outcome('POST', path, { vmid: 100, filename: 'vm-100-data.qcow2', size: '4G', format: 'raw' }),
        outcome('GET', `${path}/nas:iso/x.iso`),
        outcome('GET', `${path}/something`),
        outcome('PUT', `${path}/vm-100-data`, { protected: 1 }),
        outcome('PUT', '/nodes/pve1/storage/nas/content/iso/virtio-win-0.1.285.iso', { notes: 'x' }),
      ],
      [
        "illegal name 'vm-101-data' - should be 'vm-100-*'",
        { size: 'value does not match the regex pattern' },
        { format: 'different storage formats (raw != qcow2)' },
        { volume: 'storage ID mismatch (nas != local-lvm)\n' },
        "unable to parse lvm volume name 'something'",
        "attribute 'protected' is not supported for storage type 'lvmthin'",
        'only backups can have notes',
      ],
    );
    const upid = String(at.call('DELETE', `${path}/vm-100-data`));
    assert.match(upid, /:imgdel:100@local-lvm:root@pam:$/);
    assert.deepEqual(finished(upid), ['  Logical volume "vm-100-data" successfully removed.', "Removed volume 'local-lvm:vm-100-data'", 'TASK OK']);
  });

  it('keeps protected backups through removal and pruning', () => {
    const [oldest = '', middle = '', newest = ''] = list('nas', { vmid: 100, content: 'backup' });
    const content = '/nodes/pve1/storage/nas/content';
    at.call('PUT', `${content}/${oldest}`, { protected: 1, notes: 'before the move\nkeep' });
    assert.deepEqual((at.call('GET', content, { vmid: 100, content: 'backup' }) as Row[])[0]?.['notes'], 'before the move');
    assert.equal(outcome('DELETE', `${content}/${oldest}`, { delay: 5 }), `cannot remove protected volume '${oldest.slice(4)}' on 'nas'`);
    const marks = (at.call('GET', '/nodes/pve1/storage/nas/prunebackups', { vmid: 100, 'prune-backups': 'keep-last=1' }) as { volid: string; mark: string }[]).map(({ volid, mark }) => [volid, mark]);
    assert.deepEqual(marks, [[oldest, 'protected'], [middle, 'remove'], [newest, 'keep']]);
    assert.deepEqual(finished(at.call('DELETE', '/nodes/pve1/storage/nas/prunebackups', { vmid: 100, 'prune-backups': 'keep-last=1' })), [`removing backup '${middle}'`, 'TASK OK']);
    assert.deepEqual(list('nas', { vmid: 100, content: 'backup' }), [oldest, newest]);
  });

  it('lists only what the caller may use', () => {
    const kinds = (user: string): string[] => [...new Set(list('nas', {}, user).map((volid) => volid.replace(/^nas:(\w+)\/(?:vzdump-\w+-(\d+)-)?.*$/, (_, kind: string, vmid = '') => `${kind}${vmid}`)))].sort();
    at.call('POST', '/access/users', { userid: 'dave@pve' });
    assert.equal(outcome('GET', '/nodes/pve1/storage/nas/content', {}, 'dave@pve'), 'Permission check failed (/storage/nas, Datastore.Audit|Datastore.AllocateSpace)');
    at.call('PUT', '/access/acl', { path: '/storage/nas', roles: 'PVEDatastoreUser', users: 'dave@pve' });
    assert.deepEqual(kinds('dave@pve'), ['iso', 'vztmpl']);
    at.call('PUT', '/access/acl', { path: '/vms/100', roles: 'PVEVMAdmin', users: 'dave@pve' });
    assert.deepEqual(kinds('dave@pve'), ['backup100', 'iso', 'vztmpl']);
    at.call('PUT', '/access/acl', { path: '/storage/nas', roles: 'PVEDatastoreAdmin', users: 'dave@pve' });
    assert.deepEqual(kinds('dave@pve'), kinds('root@pam'));
  });
});
