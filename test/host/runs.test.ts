import { strict as assert } from 'node:assert';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { Emitter } from '../../src/base/index.ts';
import type { Journal, Running } from '../../src/changes/index.ts';
import { registerCommand } from '../../src/editor/contributed.ts';
import type { CommandId } from '../../src/editor/ids.ts';
import { Runs } from '../../src/editor/runs/runs.ts';

/** A run of a plan, as far as those who follow it are concerned. */
function applying(state: Journal['state']): { readonly running: Running; readonly end: () => void } {
  const step = { id: 'apply', operation: 'terraform.apply', target: { kind: 'node', node: 'pve1' }, parameters: {} };
  const journal = { version: 1, id: `run-${state}`, state: 'running', started: '2026-11-20T10:00:00.000Z', proposal: { id: 'p', connection: 'home', summary: 'Apply the plan', steps: [step] }, steps: { apply: { state: 'running', attempts: 1 } } } as unknown as Journal;
  const { promise, resolve } = Promise.withResolvers<Journal>();
  const [changes, logs] = [new Emitter<Journal>(), new Emitter<{ readonly step: string; readonly lines: readonly string[] }>()];
  const running: Running = { journal, onDidChange: changes.event, onDidLog: logs.event, ended: promise, cancel: () => Promise.resolve(), insist: () => Promise.resolve(), dispose: () => undefined };
  return { running, end: () => resolve({ ...journal, state, steps: { apply: { state: state === 'succeeded' ? 'done' : 'failed', attempts: 1 } } }) };
}

describe('a run that ends', () => {
  const interval = () => vscode.workspace.getConfiguration('proxmox.explorer');
  const asked: string[] = [];
  let runs: Runs;
  before(async () => {
    // Nothing refreshes by itself.
    await interval().update('refreshInterval', 0, vscode.ConfigurationTarget.Global);
    runs = new Runs({ door: () => Promise.reject(new Error('nobody asks for it')), refresh: (connectionId) => asked.push(connectionId) });
  });
  after(async () => {
    runs.dispose();
    await interval().update('refreshInterval', undefined, vscode.ConfigurationTarget.Global);
  });

  for (const state of ['succeeded', 'failed', 'cancelled'] as const) {
    it(`has the cluster asked at once, and only then: ${state}`, async () => {
      asked.length = 0;
      const { running, end } = applying(state);
      const followed = runs.follow(running, () => true);
      assert.deepEqual(asked, []);
      end();
      assert.equal((await followed).state, state);
      assert.deepEqual(asked, ['home']);
    });
  }
});

describe('what is told of a run', () => {
  it('is no link that runs a command, whatever the cluster says', async () => {
    const window = vscode.window as { showErrorMessage: unknown };
    const shown = window.showErrorMessage;
    const told: string[] = [];
    window.showErrorMessage = (message: string) => Promise.resolve(void told.push(message));
    const runs = new Runs({ door: () => Promise.reject(new Error('The task failed: [Details](command:workbench.action.quit).')), refresh: () => undefined });
    try {
      await runs.take('leave', applying('failed').running.journal);
    } finally {
      window.showErrorMessage = shown;
      runs.dispose();
    }
    assert.deepEqual(told, ['Apply the plan: The task failed: [Details] (command:workbench.action.quit).']);
  });

  it('is none either when a command fails by it, which VS Code itself tells', async () => {
    const id = 'proxmox.fails' as CommandId;
    const registered = registerCommand(id, () => Promise.reject(new Error('404: [Details](command:workbench.action.quit)')));
    try {
      await assert.rejects(async () => await vscode.commands.executeCommand(id), ({ message }: Error) => message.includes('[Details] (command:') && !message.includes(']('));
    } finally {
      registered.dispose();
    }
  });
});
