import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { addressProblem, connectionOf, noAnswers, parseAddresses, suggestedName, tokenIdProblem, tokenSecretProblem, userProblem } from '../../../src/editor/add-connection/answers.ts';
import { parseConnections } from '../../../src/editor/connections/connection-settings.ts';
import { embeddedConnection, takeEmbeddedCluster } from '../../../src/editor/connections/embedded-cluster.ts';
import { summarise } from '../../../src/editor/health/health-summary.ts';
import { historyText } from '../../../src/editor/history/history-text.ts';
import { labelText, logLine, markdownText, visible, withoutLinks } from '../../../src/editor/text/index.ts';
import { PveError } from '../../../src/pve/index.ts';

describe('text from a cluster', () => {
  it('cannot be anything but text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.doesNotMatch(visible(text), /\p{Cc}|\u202e|\p{Cs}/u);
      assert.doesNotMatch(markdownText(text).replaceAll(/&#\d+;/g, ''), /[!-/:-@[-`{-~]/);
      assert.doesNotMatch(labelText(text), /(?<!\\)\$\(/);
      assert.doesNotMatch(logLine(text), /[^\P{Cc}\t]/u);
    }));
  });

  it('brings no link that runs a command into a notification', () => {
    // As VS Code looks for links in notifications and questions (linkedText.ts).
    const link = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/i;
    const hostile = 'task failed: [Show Log](command:workbench.action.terminal.sendSequence?%5B%5D)';
    assert.match(hostile, link);
    for (const text of [hostile, '[[a]](command:b)', '[a](file:///etc/passwd)']) assert.doesNotMatch(withoutLinks(text), link);
    assert.equal(withoutLinks('VM 100 (web), [pve1] (local)'), 'VM 100 (web), [pve1] (local)');
  });

  it('shows what was hidden in it', () => {
    assert.equal(visible('a\nb\u202ec'), 'a␊b‹U+202E›c');
    assert.equal(logLine('\u001b[31mred\u001b[0m\tplain'), 'red\tplain');
    assert.equal(visible('x'.repeat(300)).length, 201);
  });
});

describe('what is typed into the wizard', () => {
  it('becomes endpoints', () => {
    assert.deepEqual(parseAddresses('pve1, 10.0.0.5:8443 ,https://pve2.example.org:8006/#v1:0'), ['https://pve1:8006', 'https://10.0.0.5:8443', 'https://pve2.example.org:8006']);
    assert.deepEqual(parseAddresses('pve1,pve1'), ['https://pve1:8006']);
    for (const wrong of ['', ' , ', 'http://pve1', 'two words', 'https://root:secret@pve1']) assert.ok(addressProblem(wrong), wrong);
    assert.deepEqual(['https://pve1.example.org:8006', 'https://10.0.0.5:8006'].map((endpoint) => suggestedName([endpoint])), ['pve1', '10.0.0.5']);
  });

  it('is explained where it is wrong', () => {
    assert.equal(tokenIdProblem('root@pam!workbench'), undefined);
    assert.match(tokenIdProblem('root@pam') ?? '', /user@realm!name/);
    assert.match(tokenIdProblem('root@pam!w=0f1e') ?? '', /secret is asked for in the next step/);
    assert.equal(userProblem('alice@pve'), undefined);
    assert.match(userProblem('alice') ?? '', /alice@pam .* alice@pve/);
    assert.match(userProblem('root@pam!w') ?? '', /API token/);
    assert.equal(tokenSecretProblem('12345678-9abc-def0-1234-56789abcdef0'), undefined);
    assert.match(tokenSecretProblem('secret') ?? '', /looks like/);
  });

  it('makes a connection that the settings take', () => {
    const connection = connectionOf({ ...noAnswers('pve1'), kind: 'token', tokenId: 'root@pam!w', trust: { kind: 'system' } }, 'pve1');
    assert.deepEqual(parseConnections([connection]), { connections: [connection], broken: [] });
  });
});

describe('connections', () => {
  const good = { id: 'a', name: 'A', endpoints: ['https://pve1:8006'], authentication: { kind: 'token', tokenId: 'root@pam!w' }, trust: { kind: 'system' } };

  it('that are broken keep no others from being used', () => {
    const { connections, broken } = parseConnections([good, { ...good, name: 'B' }, { id: 'c', name: 'C' }, 7, { ...good, id: 'd', trust: { kind: 'none' } }]);
    assert.deepEqual(connections.map(({ id }) => id), ['a']);
    assert.deepEqual(broken.map(({ name }) => name), ['B', 'C', 'Connection 4', 'A']);
    assert.match(broken[0]?.problem ?? '', /taken by another connection/);
    assert.deepEqual(parseConnections('nonsense').broken.length, 1);
  });

  it('that were handed over are taken out of the environment, secret and all', () => {
    const environment: NodeJS.ProcessEnv = { PROXMOX_WORKBENCH_CLUSTER: JSON.stringify({ name: 'Demo', url: 'https://127.0.0.1:4000', fingerprint: 'AA', tokenId: 'root@pam!w', tokenSecret: 's' }), OTHER: '1' };
    const cluster = takeEmbeddedCluster(environment);
    assert.deepEqual(environment, { OTHER: '1' });
    assert.ok(cluster);
    const embedded = embeddedConnection(cluster, '~start');
    assert.equal(embedded?.secret, 's');
    assert.ok(!JSON.stringify(embedded.connection).includes('"s"'));
    for (const wrong of ['', 'nonsense', '{}', '{"url":"nowhere"}', '[]']) assert.equal(takeEmbeddedCluster({ PROXMOX_WORKBENCH_CLUSTER: wrong }), undefined, wrong);
  });

  it('are summed up in the status bar', () => {
    const error = new PveError({ kind: 'unreachable', message: 'https://pve1:8006 cannot be reached.' });
    const failed = { name: 'B $(x)', health: { state: 'failed', at: 0, error } } as const;
    const fine = { name: 'A', health: { state: 'ok', at: 0 } } as const;
    assert.equal(summarise([], 0), undefined);
    assert.deepEqual([summarise([fine], 0)?.text, summarise([fine], 0)?.level], ['$(pass) A', 'plain']);
    assert.deepEqual([summarise([fine, failed], 0)?.text, summarise([fine, failed], 0)?.level], ['$(warning) 1 of 2 connections failed', 'warning']);
    assert.deepEqual([summarise([failed], 0)?.text, summarise([failed], 0)?.level], ['$(error) B \\$(x)', 'error']);
  });
});

describe('the history', () => {
  it('reads as sentences, newest first', () => {
    const at = new Date(2026, 10, 21, 4, 12, 39).getTime();
    assert.equal(historyText('web', [{ at, id: 'qemu/100', change: 'changed', fields: { status: ['stopped', 'running'], tags: [[], ['a', 'b']] } }, { at, id: 'qemu/100', change: 'added' }]),
      'web\n\n2026-11-21 04:12:39  qemu/100 changed: status stopped → running, tags – → a b\n2026-11-21 04:12:39  qemu/100 added\n');
    assert.match(historyText('web', []), /Nothing changed/);
  });
});
