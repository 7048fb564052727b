import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { mayFrom } from '../../../../src/changes/index.ts';
import { operationMenus } from '../../../../src/build/contributions/operations.ts';
import { commandIds } from '../../../../src/editor/ids.ts';
import { guestWords, nodeWords, snapshotWords, storageWords, volumeWords } from '../../../../src/editor/explorer/model/abilities.ts';
import type { ExplorerNode } from '../../../../src/editor/explorer/model/index.ts';
import { dropWishes } from '../../../../src/editor/operations/drop.ts';
import { subjectOf } from '../../../../src/editor/operations/subject.ts';
import type { GuestRow } from '../../../../src/inventory/index.ts';
import { inventoryOf } from '../../changes/in-process-client.ts';
import { inProcess } from '../../../support/in-process.ts';

const rows = inventoryOf(inProcess()).rows('demo');
const shown = (node: object, rowId?: string): Parameters<typeof subjectOf>[0] => ({ node: { connectionId: 'demo', id: 'x', parent: undefined, ...node } as Exclude<ExplorerNode, { type: 'notice' }>, connectionId: 'demo', rowId, name: undefined });
const guest = (rowId: string): Parameters<typeof dropWishes>[1][number] => subjectOf(shown({ type: 'guest', rowId }, rowId), rows) as never;
const place = { guest: ({ type, vmid }: { type: string; vmid: number }) => rows.get(`${type}/${vmid}`) as GuestRow | undefined };

describe('items of the explorer', () => {
  it('are what operations are about', () => {
    assert.deepEqual(subjectOf(shown({ type: 'guest', rowId: 'qemu/100' }, 'qemu/100'), rows), { connectionId: 'demo', target: { kind: 'guest', type: 'qemu', vmid: 100, node: 'pve1', name: 'gateway' } });
    assert.deepEqual(subjectOf(shown({ type: 'snapshot', rowId: 'lxc/105', snapshot: { name: 'one' } }, 'lxc/105'), rows), { connectionId: 'demo', target: { kind: 'guest', type: 'lxc', vmid: 105, node: 'pve1', name: 'proxy' }, snapshot: 'one' });
    assert.deepEqual(subjectOf(shown({ type: 'volume', storageKey: 'nas', volume: { volid: 'nas:iso/a.iso', content: 'iso' } }, 'storage/pve1/nas'), rows), { connectionId: 'demo', target: { kind: 'volume', volid: 'nas:iso/a.iso', storage: 'nas', node: 'pve1' }, content: 'iso' });
    assert.equal(subjectOf(shown({ type: 'guest', rowId: 'qemu/99999' }, 'qemu/99999'), rows), undefined);
    assert.equal(subjectOf(shown({ type: 'group', group: 'tag', key: 'web' }), rows), undefined);
  });

  it('take guests that are dropped on them: nodes by migration, pools as members', () => {
    const guests = [guest('qemu/100'), guest('lxc/113')];
    assert.deepEqual(dropWishes(place, guests, shown({ type: 'node', node: 'pve2' })), [{ operation: 'guest.migrate', target: guests[0]?.target, parameters: { target: 'pve2' } }]);
    assert.deepEqual(dropWishes(place, guests, shown({ type: 'group', group: 'pool', key: 'lab' })), [{ operation: 'pool.add-guest', target: { kind: 'pool', pool: 'lab' }, parameters: { vms: '100,113' } }]);
    const pools = guests.map(({ target }) => place.guest(target)?.pool);
    assert.deepEqual(dropWishes(place, guests, shown({ type: 'group', group: 'pool', key: undefined }))?.map(({ operation, target }) => [operation, target.kind === 'pool' && target.pool]), [...new Set(pools)].filter(Boolean).map((pool) => ['pool.remove-guest', pool]));
    assert.equal(dropWishes(place, guests, shown({ type: 'task' })), undefined);
  });
});

describe('menus', () => {
  /** The commands whose `when` clauses are true for an item, by its context value alone. */
  const offered = (context: string, submenu: keyof typeof operationMenus = 'view/item/context'): string[] =>
    operationMenus[submenu].flatMap((item) => {
      const holds = item.when.split(' && ').every((clause) => {
        const match = /^(!\()?viewItem =~ \/(.*)\/\)?$/.exec(clause);
        return match?.[2] === undefined || new RegExp(match[2]).test(context) === (match[1] === undefined);
      });
      if (!holds) return [];
      return 'command' in item ? [Object.entries(commandIds).find(([, id]) => id === item.command)?.[0] ?? item.command] : [item.submenu];
    });
  const row = (rowId: string): GuestRow => rows.get(rowId) as GuestRow;
  const none = mayFrom({});

  it('offer what the state and the privileges allow', () => {
    const running = `guest ${guestWords(row('qemu/100'), undefined)}`;
    assert.deepEqual(offered(running), ['shutDownGuest', 'proxmox.power', 'takeSnapshot', 'backUpGuest', 'cloneGuest', 'migrateGuest', 'proxmox.change', 'destroyGuest']);
    assert.deepEqual(offered(running, 'proxmox.power'), ['rebootGuest', 'stopGuest', 'resetGuest', 'suspendGuest', 'hibernateGuest']);
    assert.deepEqual(offered(`guest ${guestWords(row('lxc/105'), undefined)}`, 'proxmox.power'), ['rebootGuest', 'stopGuest', 'suspendGuest']);
    assert.equal(offered(`guest ${guestWords(row('qemu/129'), undefined)}`)[0], 'startGuest');
    assert.equal(offered(`guest ${guestWords(row('qemu/123'), undefined)}`)[0], 'resumeGuest');
    assert.deepEqual(offered(`template ${guestWords({ ...row('qemu/9000'), template: true }, undefined)}`), ['backUpGuest', 'cloneGuest', 'migrateGuest', 'proxmox.change', 'destroyGuest']);
    assert.deepEqual(offered(`guest ${guestWords(row('qemu/129'), none)}`), ['proxmox.change']);
    assert.deepEqual(offered(`guest ${guestWords(row('qemu/129'), mayFrom({ '/vms/129': { 'VM.PowerMgmt': true } }))}`), ['startGuest', 'proxmox.change']);
  });

  it('of other things too', () => {
    assert.deepEqual(offered(`snapshot ${snapshotWords(100, mayFrom({ '/vms': { 'VM.Snapshot.Rollback': true } }))}`), ['rollBackSnapshot']);
    assert.deepEqual(offered(`node ${nodeWords({ kind: 'node', id: 'node/pve1', node: 'pve1', status: 'online' }, undefined)}`), ['startAllGuests', 'shutDownAllGuests', 'rebootNode', 'shutDownNode', 'enterMaintenance']);
    assert.deepEqual(offered(`node ${nodeWords({ kind: 'node', id: 'node/pve1', node: 'pve1', status: 'online', hastate: 'maintenance' }, undefined)}`).at(-1), 'leaveMaintenance');
    assert.deepEqual(offered(`node ${nodeWords({ kind: 'node', id: 'node/pve3', node: 'pve3', status: 'offline' }, undefined)}`), ['wakeNode']);
    const storage = { key: 'nas', storage: 'nas', shared: true, nodes: ['pve1'], rowIds: [], available: true, content: ['iso', 'backup'] };
    assert.deepEqual(offered(`storage ${storageWords(storage, undefined)}`), ['uploadFile', 'downloadFromUrl']);
    assert.deepEqual(offered(`storage ${storageWords({ ...storage, content: ['images'] }, undefined)}`), []);
    assert.deepEqual(offered(`storage ${storageWords(storage, none)}`), []);
    const backup = { volid: 'nas:backup/vzdump-qemu-100-2026_11_20-02_00_00.vma.zst', content: 'backup', format: 'vma.zst', size: 1, protected: false, vmid: 100 };
    assert.deepEqual(offered(`volume ${volumeWords(backup, undefined)}`), ['restoreBackup', 'deleteVolume']);
    assert.deepEqual(offered(`volume ${volumeWords(backup, none)}`), ['restoreBackup']);
  });
});
