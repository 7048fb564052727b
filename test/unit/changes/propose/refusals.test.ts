import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { Refusal, type Wish } from '../../../../src/changes/door.ts';
import { operationByName } from '../../../../src/changes/operations/index.ts';
import { offered, propose } from '../../../../src/changes/propose/index.ts';
import { inProcess, type InProcess } from '../../../support/in-process.ts';
import { asking, circumstancesOf } from '../in-process-client.ts';

const vm = (vmid: number, node = 'pve1'): Wish['target'] => ({ kind: 'guest', type: 'qemu', vmid, node });
const ct = (vmid: number, node = 'pve1'): Wish['target'] => ({ kind: 'guest', type: 'lxc', vmid, node });

async function refusedFor(at: InProcess, wishes: readonly Wish[], user?: string): Promise<readonly string[]> {
  const circumstances = await circumstancesOf(at, wishes, user);
  try {
    propose(asking, wishes, circumstances);
  } catch (error) {
    assert.ok(error instanceof Refusal, String(error));
    return error.reasons;
  }
  return [];
}

describe('what is not even proposed', () => {
  const refused: Readonly<Record<string, readonly [wish: Wish, reason: string]>> = {
    'destroying a protected guest': [{ operation: 'guest.destroy', target: vm(103, 'pve2'), parameters: { purge: true } }, 'VM 103 (db-01) is protected; unprotect it first.'],
    'destroying a running guest': [{ operation: 'guest.destroy', target: vm(130) }, 'VM 130 (lab-rocky) is running; stop it first.'],
    'starting what runs': [{ operation: 'guest.start', target: vm(130) }, 'VM 130 (lab-rocky) is already running.'],
    'stopping what does not run': [{ operation: 'guest.stop', target: vm(129) }, 'VM 129 (legacy-erp) is not running.'],
    'starting a template': [{ operation: 'guest.start', target: vm(9000) }, 'VM 9000 (debian-13-cloud) is a template and cannot be started.'],
    'resetting a container': [{ operation: 'guest.reset', target: ct(131) }, 'Container 131 (lab-alpine) is a container; only VMs can be reset.'],
    'a guest on a node that is offline': [{ operation: 'guest.start', target: ct(112, 'pve3') }, 'Node pve3, which container 112 (CT112) is on, is offline.'],
    'migrating to a node that is offline': [{ operation: 'guest.migrate', target: vm(108), parameters: { target: 'pve3' } }, 'Node pve3 is offline.'],
    'a VMID that is taken': [{ operation: 'guest.clone', target: vm(9000), parameters: { newid: 130 } }, 'VMID 130 is taken by VM 130 (lab-rocky).'],
    'a linked clone of what is no template': [{ operation: 'guest.clone', target: vm(129), parameters: { newid: 300, full: false } }, 'VM 129 (legacy-erp) is no template; only a full clone of it can be made.'],
    'shrinking a disk': [{ operation: 'guest.resize-disk', target: vm(130), parameters: { disk: 'scsi0', size: '10G' } }, 'Disk scsi0 of VM 130 (lab-rocky) has 40G; disks cannot be shrunk.'],
    'a disk that is not there': [{ operation: 'guest.resize-disk', target: vm(130), parameters: { disk: 'scsi7', size: '10G' } }, 'VM 130 (lab-rocky) has no disk scsi7.'],
    'a storage that takes no disks': [{ operation: 'guest.move-disk', target: vm(130), parameters: { disk: 'scsi0', storage: 'nas' } }, 'Storage nas does not take disks of VMs.'],
    'a password in the clear': [{ operation: 'guest.create', target: ct(300), parameters: { ostemplate: 'local:vztmpl/x.tar.zst', password: 'hunter2' } }, 'A password may only be given as a reference.'],
    'a cloud-init password in the clear': [{ operation: 'guest.configure', target: vm(130), parameters: { cipassword: 'hunter2' } }, 'A password may only be given as a reference.'],
    'an operation that does not exist': [{ operation: 'guest.explode', target: vm(130) }, 'There is no operation “guest.explode”.'],
    'an operation for something else': [{ operation: 'node.reboot', target: vm(130) }, '“Reboot” is not for a guest.'],
    'a guest that does not exist': [{ operation: 'guest.start', target: vm(999) }, 'There is no VM 999.'],
    'waking a node that is awake': [{ operation: 'node.wake', target: { kind: 'node', node: 'pve1' } }, 'Node pve1 is online already.'],
  };
  for (const [title, [wish, reason]] of Object.entries(refused)) {
    it(title, async () => assert.deepEqual(await refusedFor(inProcess(), [wish]), [reason]));
  }

  it('a locked guest, whatever one wants of it', async () => {
    const at = inProcess();
    at.call('POST', '/nodes/pve1/vzdump', { vmid: '129', storage: 'backup', mode: 'stop' });
    for (const operation of ['guest.start', 'guest.destroy', 'guest.template']) assert.deepEqual(await refusedFor(at, [{ operation, target: vm(129) }]), ['VM 129 (legacy-erp) is locked (backup).'], operation);
  });

  it('destroying an HA-managed guest without purge, even when it is stopped first', async () => {
    assert.deepEqual(await refusedFor(inProcess(), [{ operation: 'guest.stop', target: vm(102) }, { operation: 'guest.destroy', target: vm(102) }]), ['VM 102 (web-02) is HA-managed; destroy it with purge, or take it out of HA first.']);
  });

  it('destroying a replicated guest without purge', async () => {
    const wishes = [{ operation: 'guest.destroy', target: vm(129) }];
    const circumstances = await circumstancesOf(inProcess(), wishes);
    assert.throws(() => propose(asking, wishes, { ...circumstances, replicated: new Set([129]) }), /VM 129 \(legacy-erp\) is replicated; destroy it with purge/);
    const { risk } = propose(asking, wishes.map((wish) => ({ ...wish, parameters: { purge: true } })), { ...circumstances, replicated: new Set([129]) });
    assert.ok(risk.level === 'critical' && risk.reasons.some(({ text }) => text.includes('is replicated; its replicas are removed too')));
  });

  it('lifting the protection and destroying in one go', async () => {
    const target = vm(103, 'pve2');
    const wishes = [{ operation: 'guest.configure', target, parameters: { protection: false } }, { operation: 'guest.stop', target }, { operation: 'guest.destroy', target, parameters: { purge: true } }];
    assert.deepEqual(await refusedFor(inProcess(), wishes), ['VM 103 (db-01) is protected; unprotect it first.']);
  });

  it('what the user has no privileges for, and says which', async () => {
    assert.deepEqual(await refusedFor(inProcess(), [{ operation: 'guest.stop', target: vm(130) }], 'carol@pve'), ['Stop VM 130 (lab-rocky) on pve1: The privilege VM.PowerMgmt on /vms/130 is missing.']);
  });

  it('any of it, when one of many is refused; the reasons are counted, not all told', async () => {
    const wishes = [...Array.from({ length: 12 }, (_, i) => ({ operation: 'guest.start', target: vm(5000 + i) })), { operation: 'guest.start', target: vm(129) }];
    const reasons = await refusedFor(inProcess(), wishes);
    assert.deepEqual([reasons.length, reasons.at(-1)], [11, 'And 2 more.']);
  });
});

describe('what is offered', () => {
  const operations = ['guest.start', 'guest.stop', 'guest.reset', 'guest.snapshot', 'guest.configure', 'guest.destroy'];
  const offers = async (target: Wish['target'], user: string): Promise<Record<string, string>> => {
    const circumstances = await circumstancesOf(inProcess(), [], user);
    return Object.fromEntries(operations.map((name) => {
      const operation = operationByName(name);
      assert.ok(operation);
      const offer = offered(operation, target, circumstances, name === 'guest.configure' ? { description: 'x' } : {});
      return [name, offer.possible ? 'possible' : `${offer.because}: ${offer.text}`];
    }));
  };

  it('says which privilege is missing: a developer may use the guests of production and administer those of staging', async () => {
    assert.deepEqual(await offers(vm(120), 'bob@pve'), {
      'guest.start': 'state: VM 120 is already running.',
      'guest.stop': 'possible',
      'guest.reset': 'possible',
      'guest.snapshot': 'possible',
      'guest.configure': 'possible',
      'guest.destroy': 'state: VM 120 is running; stop it first.',
    });
    assert.deepEqual((await offers(vm(130), 'bob@pve'))['guest.stop'], 'privilege: The privilege VM.PowerMgmt on /vms/130 is missing.');
    assert.deepEqual((await offers(vm(101, 'pve2'), 'bob@pve'))['guest.destroy'], 'privilege: The privilege VM.Allocate on /vms/101 is missing.');
  });
});
