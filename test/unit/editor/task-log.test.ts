import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { TaskLog, type TaskLogSource } from '../../../src/editor/tasks/task-log.ts';
import { PveError } from '../../../src/pve/index.ts';

const pace = { poll: 5, retry: 5, page: 10, portion: 25 };

/** Opens a log and waits until it says it is complete or shows what was waited for. */
async function until(log: TaskLog, reached: () => boolean): Promise<string> {
  for (let i = 0; !reached(); i++) {
    assert.ok(i < 500, log.text);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return log.text;
}

class Task implements TaskLogSource {
  readonly all: string[] = [];
  running = true;
  exitstatus: string | undefined;
  failure: PveError | undefined;

  state(): ReturnType<TaskLogSource['state']> {
    if (this.failure) return Promise.reject(this.failure);
    return Promise.resolve({ running: this.running, ...(this.exitstatus === undefined ? {} : { exitstatus: this.exitstatus }) } as never);
  }

  lines(start: number, limit: number): Promise<readonly string[]> {
    return Promise.resolve(this.all.slice(start, start + limit));
  }
}

describe('a task’s log', () => {
  it('grows while the task runs, and ends with it', async () => {
    const task = new Task();
    const log = new TaskLog(task, pace);
    await until(log, () => log.text.includes('has written nothing yet'));
    task.all.push('one', 'two\u0007');
    await until(log, () => log.text === 'one\ntwo␇');
    task.all.push('TASK OK');
    task.running = false;
    await until(log, () => log.isComplete);
    assert.equal(log.text, 'one\ntwo␇\nTASK OK');
  });

  it('comes in portions when it is long', async () => {
    const task = new Task();
    task.all.push(...Array.from({ length: 60 }, (_, i) => `line ${i}`));
    task.running = false;
    const log = new TaskLog(task, pace);
    await until(log, () => log.continues);
    assert.match(log.text, /line 24\n── 25 lines are shown/);
    log.more();
    await until(log, () => log.text.includes('line 49') && log.continues);
    log.more();
    await until(log, () => log.text.endsWith('line 59'));
  });

  it('tries again when the way is blocked, and says when that is no use', async () => {
    const task = new Task();
    task.failure = new PveError({ kind: 'unreachable', message: 'https://pve1:8006 cannot be reached.' });
    const log = new TaskLog(task, pace);
    await until(log, () => log.text.includes('Trying again.'));
    task.failure = undefined;
    task.all.push('back');
    await until(log, () => log.text === 'back');
    task.failure = new PveError({ kind: 'forbidden', message: 'Not allowed.', advice: 'Ask for Sys.Audit.' });
    await until(log, () => log.isComplete);
    assert.equal(log.text, 'back\n── The log cannot be read: Not allowed. Ask for Sys.Audit.');
    log.dispose();
  });
});
