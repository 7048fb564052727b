import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { createTasks, type TaskClock, type TaskSettings } from '../../../src/simulator/state/create-tasks.ts';
import type { TaskPlan } from '../../../src/simulator/state/tasks.ts';
import { TestClock } from '../../support/in-process.ts';

function make(settings: Partial<TaskSettings> = {}): { clock: TestClock; tasks: TaskClock } {
  const clock = new TestClock();
  return { clock, tasks: createTasks({ clock, random: () => 0.5, pace: 1, ...settings }) };
}

const plan = (extra: Partial<TaskPlan> = {}): TaskPlan => ({
  node: 'pve1', type: 'qmstart', id: '100', user: 'root@pam', duration: 1000,
  log: [[0, 'first'], [0.5, 'half'], [1, 'last']],
  ...extra,
});

describe('tasks', () => {
  it('have UPIDs in Proxmox’s form', () => {
    const { tasks } = make();
    assert.match(tasks.start(plan()), /^UPID:pve1:[0-9A-F]{8}:[0-9A-F]{8,}:[0-9A-F]{8}:qmstart:100:root@pam:$/);
  });

  it('write their log as time goes on, and act when they end', () => {
    const { clock, tasks } = make();
    let done = 0;
    const upid = tasks.start(plan({ finish: () => void (done += 1) }));
    assert.deepEqual([tasks.log(upid), tasks.get(upid)?.exitstatus, done], [['first'], undefined, 0]);
    clock.advance(600);
    assert.deepEqual([tasks.log(upid), done], [['first', 'half'], 0]);
    clock.advance(400);
    assert.deepEqual(tasks.log(upid), ['first', 'half', 'last', 'TASK OK']);
    assert.deepEqual([tasks.get(upid)?.exitstatus, done], ['OK', 1]);
    clock.advance(100_000);
    assert.equal(tasks.get(upid)?.endtime, Math.floor(new TestClock().now() / 1000) + 1, 'it ended when its time had come, not when somebody looked');
  });

  it('end in the order of their times, so that effects are the same whoever looks when', () => {
    const { clock, tasks } = make();
    const order: string[] = [];
    tasks.start(plan({ duration: 900, finish: () => void order.push('slow') }));
    tasks.start(plan({ duration: 300, finish: () => void order.push('quick') }));
    clock.advance(5000);
    tasks.settle();
    assert.deepEqual(order, ['quick', 'slow']);
  });

  it('go on in parts, each begun when the one before has ended, and wait for others they began', () => {
    for (const pace of [1, 0]) {
      const { clock, tasks } = make({ pace });
      let other: string | undefined;
      const upid = tasks.start(plan({
        log: [[0, 'first']],
        next: () => {
          if (other !== undefined && tasks.get(other)?.endtime !== undefined) return undefined;
          if (other !== undefined) return { duration: 1000 };
          other = tasks.start(plan({ type: 'qmstop', duration: 2500, log: [] }));
          return { duration: 1000, log: ['waiting'] };
        },
        finish: () => ['done'],
      }));
      clock.advance(3500 * pace);
      if (pace === 1) assert.deepEqual(tasks.log(upid), ['first', 'waiting']);
      clock.advance(60_000);
      assert.deepEqual(tasks.log(upid), ['first', 'waiting', 'done', 'TASK OK']);
      const { starttime = 0, endtime = 0 } = tasks.get(upid) ?? {};
      assert.equal(endtime - starttime, 4 * pace, 'however late somebody looks');
    }
  });

  it('say what went wrong', () => {
    const { clock, tasks } = make();
    const upid = tasks.start(plan({ finish: () => { throw new Error("can't lock file\n"); } }));
    clock.advance(1000);
    assert.equal(tasks.get(upid)?.exitstatus, "can't lock file");
    assert.equal(tasks.log(upid).at(-1), "TASK ERROR: can't lock file");
  });

  it('count their warnings', () => {
    const { clock, tasks } = make();
    const upid = tasks.start(plan({ finish: () => ['WARN: old machine version'] }));
    clock.advance(1000);
    assert.equal(tasks.get(upid)?.exitstatus, 'WARNINGS: 1');
  });

  it('can be stopped, once, and clean up', () => {
    const { clock, tasks } = make();
    const seen: string[] = [];
    const upid = tasks.start(plan({ finish: () => void seen.push('finish'), abort: () => void seen.push('abort') }));
    clock.advance(600);
    assert.equal(tasks.stop(upid), true);
    assert.equal(tasks.stop(upid), false);
    clock.advance(1000);
    assert.deepEqual([seen, tasks.log(upid), tasks.get(upid)?.exitstatus], [['abort'], ['first', 'half', 'TASK ERROR: received interrupt'], 'received interrupt']);
  });

  it('fail where a fault says so', () => {
    const { clock, tasks } = make({ fault: () => ({ at: 0.6, message: 'disk on fire' }) });
    const seen: string[] = [];
    const upid = tasks.start(plan({ finish: () => void seen.push('finish'), abort: () => void seen.push('abort') }));
    clock.advance(599);
    assert.equal(tasks.get(upid)?.exitstatus, undefined);
    clock.advance(1);
    assert.deepEqual([tasks.get(upid)?.exitstatus, seen, tasks.log(upid)], ['disk on fire', ['abort'], ['first', 'half', 'TASK ERROR: disk on fire']]);
  });

  it('forget the oldest once there are too many, but never a running one', () => {
    const { clock, tasks } = make({ kept: 3 });
    const long = tasks.start(plan({ duration: 1_000_000 }));
    for (let i = 0; i < 10; i++) {
      tasks.start(plan({ duration: 1 }));
      clock.advance(2);
    }
    assert.equal(tasks.list().length, 3);
    assert.ok(tasks.list().some((task) => task.upid === long));
  });
});
