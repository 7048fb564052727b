import { strict as assert } from 'node:assert';
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { type AuditEvent, AuditLog, redact, verifyAuditLog, withoutCredentials } from '../../../src/changes/audit/index.ts';
import { silentLogger, systemClock } from '../../../src/base/index.ts';

const event = (summary: string): AuditEvent => ({
  event: 'proposed', user: 'root@pam', connection: 'home', proposal: 'b1a7e1d0-1f4c-4c39-9d3f-0c2b7f1d2e3a', origin: 'person', surface: 'test', summary, risk: 'low', steps: [],
});

describe('the audit log', () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'audit-'))));
  afterEach(() => rm(folder, { recursive: true }));
  const open = (rotateAt?: number): AuditLog => new AuditLog({ folder, clock: systemClock, logger: silentLogger, ...(rotateAt === undefined ? {} : { rotateAt }) });
  const file = () => join(folder, 'audit.jsonl');

  it('chains its entries and gives them back, newest first', async () => {
    const log = open();
    await Promise.all(['one', 'two', 'three'].map((summary) => log.append(event(summary))));
    assert.deepEqual((await log.entries()).map((entry) => entry.event === 'proposed' && entry.summary), ['three', 'two', 'one']);
    assert.deepEqual(await verifyAuditLog(folder), { ok: true, entries: 3, files: 1 });
    assert.deepEqual(await verifyAuditLog(join(folder, 'none')), { ok: true, entries: 0, files: 0 });
  });

  it('shows the first entry that was changed, taken out, put in or cut off', async () => {
    const log = open();
    for (let i = 1; i <= 5; i++) await log.append(event(`entry ${i}`));
    const whole = await readFile(file(), 'utf8');
    const lines = whole.trimEnd().split('\n');
    const broken = async (text: string): Promise<number | undefined> => {
      await writeFile(file(), text);
      const found = await verifyAuditLog(folder);
      return found.ok ? undefined : found.line;
    };
    assert.equal(await broken(whole), undefined);
    assert.equal(await broken(whole.replace('entry 3', 'entry X')), 3);
    assert.equal(await broken(whole.replace('entry 5', 'entry X')), 5);
    // Whoever also renews the hash of what he changed is betrayed by the entry that follows.
    const changed = (lines[2] ?? '').replace('entry 3', 'entry X').replace(/,"sha256":"\w+"/, '');
    const renewed = changed.replace(/\}$/, `,"sha256":"${createHash('sha256').update(changed).digest('hex')}"}`);
    assert.equal(await broken(`${lines.with(2, renewed).join('\n')}\n`), 4);
    assert.equal(await broken(`${lines.toSpliced(2, 1).join('\n')}\n`), 3);
    assert.equal(await broken(`${lines.toSpliced(2, 0, lines[1] ?? '').join('\n')}\n`), 3);
    assert.equal(await broken(`${lines.slice(1).join('\n')}\n`), 1);
    assert.equal(await broken(whole.replace('"entry 2"', 'entry 2')), 2);
    assert.equal(await broken(whole.slice(0, -10)), 5);
  });

  it('goes on after an entry that a crash cut off, which stays visible', async () => {
    const log = open();
    await log.append(event('one'));
    await writeFile(file(), '{"event":"propo', { flag: 'a' });
    await log.append(event('two'));
    assert.deepEqual((await log.entries()).length, 2);
    assert.deepEqual(await verifyAuditLog(folder), { ok: false, file: 'audit.jsonl', line: 2, problem: 'is no JSON' });
  });

  it('rotates with the chain carried over, and keeps five', async () => {
    const log = open(2_000);
    for (let i = 0; i < 60; i++) await log.append(event(`entry ${i}`));
    assert.deepEqual((await readdir(folder)).sort(), ['audit.1.jsonl', 'audit.2.jsonl', 'audit.3.jsonl', 'audit.4.jsonl', 'audit.5.jsonl', 'audit.jsonl']);
    const verified = await verifyAuditLog(folder);
    assert.ok(verified.ok && verified.files === 6);
    await writeFile(join(folder, 'audit.3.jsonl'), (await readFile(join(folder, 'audit.3.jsonl'), 'utf8')).replace('root@pam', 'rout@pam'));
    const found = await verifyAuditLog(folder);
    assert.ok(!found.ok && found.file === 'audit.3.jsonl' && found.line === 2, JSON.stringify(found));
  });

  it('carries the chain over a rotation that a crash or a full disk broke off', async () => {
    for (const left of [undefined, ''] as const) {
      const log = open();
      await log.append(event('before'));
      await rename(file(), join(folder, 'audit.1.jsonl'));
      if (left !== undefined) await writeFile(file(), left);
      await log.append(event('after'));
      assert.deepEqual(await verifyAuditLog(folder), { ok: true, entries: 3, files: 2 });
      // When what was before has been rotated away for good, the file still says that it goes on from there.
      await rm(join(folder, 'audit.1.jsonl'));
      assert.deepEqual(await verifyAuditLog(folder), { ok: true, entries: 2, files: 1 });
      await rm(file());
    }
  });

  it('finds the last entry however long it is, and takes one that is cut off in the middle of a letter', async () => {
    const log = open();
    for (const summary of ['short', 'ü'.repeat(100_000), 'short again', 'x'.repeat(16_384)]) await log.append(event(summary));
    assert.deepEqual(await verifyAuditLog(folder), { ok: true, entries: 4, files: 1 });
    await writeFile(file(), Buffer.from('{"event":"ü').subarray(0, -1), { flag: 'a' });
    await log.append(event('after'));
    assert.deepEqual(await verifyAuditLog(folder), { ok: false, file: 'audit.jsonl', line: 5, problem: 'is no JSON' });
    const [line, after] = (await readFile(file(), 'utf8')).split('\n').slice(4, 6);
    assert.equal((JSON.parse(after ?? '') as { previous: string }).previous, createHash('sha256').update(line ?? '').digest('hex'));
  });

  it('stays whole when several processes write', async () => {
    const writers = Array.from({ length: 3 }, () => fork(join(import.meta.dirname, 'audit-writer.ts'), [folder, '15']));
    const codes = await Promise.all(writers.map((child) => new Promise((resolve) => child.on('exit', resolve))));
    assert.deepEqual(codes, [0, 0, 0]);
    assert.deepEqual(await verifyAuditLog(folder), { ok: true, entries: 45, files: 1 });
  }).timeout(30_000);

  it('writes no secret down', () => {
    assert.deepEqual(redact({ password: 'hunter2', cipassword: { $secret: 'a' }, hostname: 'web', 'ssh-public-keys': 'ssh-ed25519 AAAA' }), {
      password: '«secret»', cipassword: { $secret: 'a' }, hostname: 'web', 'ssh-public-keys': 'ssh-ed25519 AAAA',
    });
  });

  it('writes down where something is downloaded from, and not the right to it', () => {
    assert.deepEqual(redact({ url: 'https://bob:hunter2@example.org/images/a.iso?X-Amz-Signature=abc#top', content: 'iso', notes: 'see http://example.org/plain' }), {
      url: 'https://«secret»@example.org/images/a.iso?«secret»', content: 'iso', notes: 'see http://example.org/plain',
    });
    assert.equal(withoutCredentials("wget 'https://example.org:8443/x?token=abc' failed"), "wget 'https://example.org:8443/x?«secret»' failed");
  });
});
