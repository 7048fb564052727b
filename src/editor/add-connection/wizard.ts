import * as vscode from 'vscode';
import type { Logger } from '../../base/index.ts';
import { checkClient, type Connection, createClient, PveError, type Secrets } from '../../pve/index.ts';
import type { Clusters, WindowClient } from '../clusters/index.ts';
import { askOneTimeCode, type Connections } from '../connections/index.ts';
import { errorTitle, labelText } from '../text/index.ts';
import { addressProblem, type Answers, answersOf, connectionOf, noAnswers, parseAddresses, suggestedName, tokenIdProblem, tokenSecretProblem, userProblem } from './answers.ts';
import { askTrust, lookAt } from './ask-trust.ts';
import { askText, back, choose, type Place, whileWaiting } from './quick-steps.ts';

export interface WizardServices {
  readonly connections: Connections;
  readonly clusters: Clusters;
  readonly logger: Logger;
}

type Move = 'next' | 'back' | 'cancel' | 'address' | 'sign-in';

/** Asks for a connection, tries it, and saves it: nothing is saved that did not work or was not wanted all the same. */
export class ConnectionWizard {
  readonly #services: WizardServices;
  readonly #existing: Connection | undefined;
  readonly #answers: Answers;
  #checked: WindowClient | undefined;
  #id: string | undefined;

  /** @param given an address to begin with, or the connection to be edited */
  constructor(services: WizardServices, given: { readonly address?: string; readonly existing?: Connection } = {}) {
    this.#services = services;
    this.#existing = given.existing;
    this.#id = given.existing?.id;
    this.#answers = given.existing === undefined ? noAnswers(given.address) : answersOf(given.existing);
  }

  /** @returns the saved connection; undefined when cancelled */
  async run(): Promise<Connection | undefined> {
    const steps = [() => this.#address(), () => this.#certificate(), () => this.#kind(), () => this.#identity(), () => this.#secret(), () => this.#name()];
    const at = { address: 0, 'sign-in': 3 } as const;
    for (let index = 0; index < steps.length; ) {
      const move = await steps[index]!();
      if (move === 'cancel') {
        this.#checked?.dispose();
        return undefined;
      }
      index = move === 'next' ? index + 1 : move === 'back' ? Math.max(0, index - 1) : at[move];
    }
    return this.#save();
  }

  #place(step: number): Place {
    return { title: this.#existing === undefined ? 'Add Connection' : `Edit ${labelText(this.#existing.name, 40)}`, step, totalSteps: 6 };
  }

  async #address(): Promise<Move> {
    const answer = await askText({
      ...this.#place(1), value: this.#answers.address, placeholder: 'pve1.example.org',
      prompt: 'The address of a node, or of several nodes of one cluster with commas between; port 8006 unless given.',
      problem: addressProblem,
    });
    return this.#take(answer, (text) => {
      this.#answers.address = text;
    });
  }

  async #certificate(): Promise<Move> {
    const [endpoint = ''] = parseAddresses(this.#answers.address);
    try {
      const details = await lookAt(endpoint);
      if (details === undefined) return 'back';
      const trust = await askTrust(this.#place(2), endpoint, details, this.#answers.trust);
      return this.#take(trust, (chosen) => {
        this.#answers.trust = chosen;
      });
    } catch (error) {
      return this.#trouble(error, 2);
    }
  }

  async #kind(): Promise<Move> {
    const answer = await choose(
      this.#place(3), 'How to sign in',
      [
        { value: 'token' as const, label: '$(key) API token', detail: 'Recommended: can be given just the privileges it needs, and needs no one-time code.' },
        { value: 'password' as const, label: '$(account) User and password', detail: 'A one-time code is asked for where the user has a second factor.' },
      ],
      this.#answers.kind,
    );
    return this.#take(answer, (kind) => {
      this.#answers.kind = kind;
    });
  }

  async #identity(): Promise<Move> {
    const token = this.#answers.kind === 'token';
    const answer = await askText({
      ...this.#place(4), value: token ? this.#answers.tokenId : this.#answers.user,
      prompt: token ? 'The id of the API token (Datacenter › Permissions › API Tokens).' : 'The user and its realm.',
      placeholder: token ? 'root@pam!workbench' : 'root@pam',
      problem: token ? tokenIdProblem : userProblem,
    });
    return this.#take(answer, (text) => {
      if (token) this.#answers.tokenId = text.trim();
      else this.#answers.user = text.trim();
    });
  }

  async #secret(): Promise<Move> {
    const token = this.#answers.kind === 'token';
    const answer = await askText({
      ...this.#place(5), value: this.#answers.secret, password: true,
      prompt: `${token ? 'The secret of the API token' : `The password of ${labelText(this.#answers.user, 60)}`}. It is kept in the secret storage of VS Code.`,
      problem: token ? tokenSecretProblem : (text) => (text === '' ? 'The password is needed.' : undefined),
    });
    const move = this.#take(answer, (text) => {
      this.#answers.secret = token ? text.trim() : text;
    });
    return move === 'next' ? this.#test() : move;
  }

  /** Signs in and looks around with what was answered. */
  async #test(): Promise<Move> {
    const { connections, logger } = this.#services;
    const connection = this.#connection();
    const { secret } = this.#answers;
    let attended = true;
    const secrets: Secrets = {
      secret: () => Promise.resolve(secret),
      totp: (whose) => (attended ? askOneTimeCode(whose.name) : connections.secrets.totp(whose)),
    };
    this.#checked?.dispose();
    const client = createClient(connection, secrets, { logger });
    this.#checked = client;
    try {
      const { version, warnings } = await whileWaiting(`Connecting to ${connection.endpoints[0] ?? ''}`, (signal) => checkClient(client, signal));
      logger.info(`${connection.endpoints.join(', ')} is Proxmox VE ${version.version}.`);
      return warnings.length === 0 ? 'next' : await this.#warn(warnings);
    } catch (error) {
      return await this.#trouble(error, 5);
    } finally {
      attended = false;
    }
  }

  async #warn(warnings: readonly string[]): Promise<Move> {
    const answer = await choose(
      this.#place(5), labelText(warnings.join(' '), 400),
      [
        { value: 'next' as const, label: '$(check) Go on all the same', detail: 'What cannot be seen is missing in the explorer.' },
        { value: 'sign-in' as const, label: '$(account) Sign in as somebody else' },
      ],
    );
    return answer === back ? 'sign-in' : (answer ?? 'cancel');
  }

  /** Says what went wrong and offers the way back to where it can be set right. */
  async #trouble(error: unknown, step: number): Promise<Move> {
    if (!(error instanceof PveError)) throw error;
    if (error.kind === 'cancelled') return step === 5 ? 'sign-in' : 'back';
    const signIn = error.kind === 'unauthorised' || error.kind === 'second-factor' || error.kind === 'forbidden';
    const { advice } = error.details;
    const answer = await choose(
      { ...this.#place(step), title: `${this.#place(step).title}: ${errorTitle(error)}` }, labelText([error.message, advice ?? ''].join(' ').trim(), 600),
      [
        { value: 'retry' as const, label: '$(refresh) Try again', detail: labelText(error.message, 300) },
        ...(signIn ? [{ value: 'sign-in' as const, label: '$(account) Change how to sign in', detail: labelText(advice ?? '', 300) }] : []),
        { value: 'address' as const, label: '$(server) Change the address', ...(signIn ? {} : { detail: labelText(advice ?? '', 300) }) },
      ],
    );
    if (answer === undefined) return 'cancel';
    if (answer === back) return step === 5 ? 'sign-in' : 'back';
    if (answer === 'retry') return step === 5 ? this.#test() : this.#certificate();
    return answer;
  }

  async #name(): Promise<Move> {
    const answer = await askText({
      ...this.#place(6), value: this.#answers.name || suggestedName(parseAddresses(this.#answers.address)), prompt: 'What the explorer calls the connection.',
      problem: (text) => (text.trim() === '' ? 'A name is needed.' : text.length > 100 ? 'At most 100 characters.' : undefined),
    });
    return this.#take(answer, (text) => {
      this.#answers.name = text.trim();
    });
  }

  #connection(): Connection {
    this.#id ??= this.#services.connections.newId(suggestedName(parseAddresses(this.#answers.address)));
    return connectionOf(this.#answers, this.#id);
  }

  async #save(): Promise<Connection> {
    const { connections, clusters } = this.#services;
    const connection = this.#connection();
    // Who has signed in with a one-time code is not asked for another.
    if (this.#checked !== undefined) clusters.adopt(connection, this.#checked);
    await connections.save(connection, this.#answers.secret);
    void clusters.refresh([connection.id]);
    void vscode.window.setStatusBarMessage(`$(check) ${labelText(connection.name, 40)} is connected.`, 5_000);
    return connection;
  }

  /** Keeps an answer and goes on, or goes where the person wants. */
  #take<T>(answer: T | typeof back | undefined, keep: (value: T) => void): Move {
    if (answer === undefined) return 'cancel';
    if (answer === back) return 'back';
    keep(answer);
    return 'next';
  }
}
