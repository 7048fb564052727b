import * as vscode from 'vscode';
import { showErrorMessage } from '../notices/index.ts';
import type { TerraformTrouble } from './projects/index.ts';
import { type Offer, offersFor, type Way } from './trouble-offers.ts';

/** Shows what keeps Terraform from being run, with what can be done about it. */
export async function showTrouble({ kind, message, about }: TerraformTrouble): Promise<void> {
  await showError(message, offersFor(kind, about));
}

/** Shows an error with its ways out as buttons. */
export async function showError(message: string, offers: readonly (Offer | Way)[]): Promise<void> {
  const chosen = await showErrorMessage(message, ...offers.map(({ title }) => title));
  const offer = offers.find(({ title }) => title === chosen);
  if (offer !== undefined) await carryOut(offer);
}

export async function carryOut(offer: Offer | Way): Promise<void> {
  if ('run' in offer) await offer.run();
  else await vscode.commands.executeCommand(offer.command, ...(offer.arguments ?? []));
}
