import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ApplianceFact, CreateAnswers } from '../../../changes/create/index.ts';
import { type ExistingProject, existingProject, generateProject, writeGuest } from '../../../terraform/index.ts';
import { commandIds } from '../../ids.ts';
import { showInformationMessage } from '../../notices/index.ts';
import { visible } from '../../text/index.ts';
import { folderName } from '../folder-name.ts';
import type { TerraformServices } from '../services.ts';
import { askFile, askProject } from './ask-destination.ts';

/** A guest that is not there yet, to be made by Terraform. */
export interface NewGuest {
  readonly connectionId: string;
  readonly answers: CreateAnswers;
  /** The template index of the node. */
  readonly appliances: readonly ApplianceFact[];
  /** Whether the cluster has a VMID free; undefined when the person chose the one in the answers, which then is not replaced. @throws PveError */
  readonly isFree: ((vmid: number) => Promise<boolean>) | undefined;
}

const title = 'Create as Terraform';

/**
 * Asks where to, adds the guest's resource to the project's code and shows it. Nothing is planned or applied before the person says so.
 * @returns whether it was written; false when the person gave up
 * @throws Error that says why it cannot be written; PveError
 */
export async function writeNewGuest(services: TerraformServices, guest: NewGuest): Promise<boolean> {
  const { clusters, projects } = services;
  const connection = clusters.connections.find(guest.connectionId);
  if (connection === undefined) throw new Error('The connection is not there any more.');
  const code = await askProject(services, title, { connectionId: connection.id, name: connection.name }, true);
  const file = code && (await askFile(title, code));
  if (code === undefined || file === undefined) return false;
  const existing = existingProject(await code.documents(), await code.json());
  const answers = { ...guest.answers, vmid: await vmidFor(guest, existing) };
  const { address, text, variables, notes } = writeGuest(answers, {
    taken: existing.addresses, variables: existing.variables, pools: existing.pools, downloads: existing.downloads,
    appliance: (name) => {
      const { location, sha512 } = guest.appliances.find(({ template }) => template === name) ?? {};
      return location === undefined ? undefined : { url: location, sha512 };
    },
  });
  // What every project needs once goes to the end of the files of these names, if they are there without it.
  for (const [name, needed] of generateProject({ guests: [], pools: [] }, { fileFor: 'all', existing: { ...existing, files: new Set() } }).files) await code.append(name, needed);
  await code.append(file, text);
  await projects.bind(code.folder, connection.id);
  await code.show({ address });
  const secrets = variables.map(({ name }) => `The password is kept nowhere: give it to Terraform as the environment variable TF_VAR_${name}.`);
  void offerPlan([`${visible(answers.name, 80)} is in ${visible(folderName(code.folder), 100)}/${file} now; the cluster is as it was.`, ...secrets, ...notes], vscode.Uri.file(join(code.folder, file)));
  return true;
}

/** The VMID of the answers, or the next that is free when that is taken by a guest of the project that has not been made yet. */
async function vmidFor({ answers: { vmid }, isFree }: NewGuest, { guests }: ExistingProject): Promise<number> {
  const holder = guests.get(vmid);
  if (holder === undefined) return vmid;
  if (isFree === undefined) throw new Error(`${vmid} is the VMID of ${holder} in this project. Choose another VMID.`);
  let next = vmid + 1;
  while (guests.has(next) || !(await isFree(next))) next += 1;
  return next;
}

async function offerPlan(sentences: readonly string[], about: vscode.Uri): Promise<void> {
  const chosen = await showInformationMessage(sentences.map((sentence) => visible(sentence, 500)).join(' '), 'Plan');
  if (chosen === 'Plan') await vscode.commands.executeCommand(commandIds.terraformPlan, about);
}
