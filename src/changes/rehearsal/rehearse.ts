import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger, systemClock } from '../../base/index.ts';
import { createClient, type PveClient } from '../../pve/index.ts';
import type { Contribution } from '../contribution.ts';
import type { Running, StepSecrets } from '../door.ts';
import { operationByName } from '../operations/index.ts';
import type { Proposal } from '../proposal/proposal.ts';
import { apiDriver, type Backoff, type Driver, type Drivers, type Journal, NOT_REHEARSED, type PartRecord, Runs } from '../run/index.ts';
import { differences, lookAt } from './afterwards.ts';
import { copyCluster, type Original } from './cluster-copy.ts';
import type { Actor } from './permissions-copy.ts';
import { rehearsalSecrets } from './placeholder-secrets.ts';
import { type RehearsalReport, rehearsalReport, type RehearsedStep } from './report.ts';
import type { Twin } from './twin.ts';

export interface Rehearsal extends Original {
  /** Starts a simulator on the folder and the file: `--load folder --twin file --pace 0`. */
  readonly startTwin: (folder: string, twinFile: string) => Promise<Twin>;
  /** Values of the proposal's secrets, as far as they are known; others are made up. */
  readonly secrets?: StepSecrets;
  /** Operations of rooms further up the line, as the door has them. */
  readonly contributions?: readonly Contribution[];
}

/** The copy does what it is told at once: whatever it refuses for a moment, a locked guest say, it refuses for good. */
const backoff: Backoff = { first: 10, longest: 50, repetitions: 2 };
/** Milliseconds that the copy may take for all steps: nothing in it takes time, so whatever goes on for longer never ends. */
const patience = 120_000;

/**
 * Runs a proposal, as it stands and by the same engine, on a simulated copy of its cluster. To the cluster itself go GET requests only.
 * The copy and its process are gone when this settles.
 * @throws PveError when the cluster cannot be read, or when cancelled; Error when the simulator does not start
 */
export async function rehearse(proposal: Proposal, { client, inventory, startTwin, secrets, signal, contributions = [] }: Rehearsal): Promise<RehearsalReport> {
  const begun = performance.now();
  const home = await mkdtemp(join(tmpdir(), 'proxmox-workbench-rehearsal-'));
  let twin: Twin | undefined;
  const clients: PveClient[] = [];
  try {
    const { folder, twinFile, needs, places, actor, unknown } = await copyCluster(home, proposal, { client, inventory, ...(signal === undefined ? {} : { signal }) });
    signal?.throwIfAborted();
    twin = await startTwin(folder, twinFile);
    const address = twin.connection.endpoints[0] ?? '';
    const [onlooker, doer] = [clientOf(twin, { kind: 'root-token' }), clientOf(twin, actor)];
    clients.push(onlooker, doer);
    const before = await lookAt(onlooker, needs.guests, places);
    const deadline = AbortSignal.timeout(patience);
    const contributed = Object.assign({}, ...contributions.map(({ rehearsal }) => rehearsal?.({ client: doer, secret: secretOf(twin!, actor), password: twin!.password, original: client.connection, home }, proposal) ?? {})) as Drivers;
    const isRehearsed = (driver: string): boolean => driver === 'api' || driver in contributed;
    const drivers = { ...passedOverIn(proposal, isRehearsed), ...contributed, api: apiDriver(() => Promise.resolve(doer), operationByName) };
    const journal = await run(proposal, drivers, join(home, 'runs'), rehearsalSecrets(proposal, secrets), signal === undefined ? deadline : AbortSignal.any([signal, deadline]));
    signal?.throwIfAborted();
    const after = await lookAt(onlooker, needs.guests.union(needs.newGuests), places);
    const steps = proposal.steps.map((step) => stepResult(step, journal.steps[step.id], isRehearsed, (words) => words.replaceAll(address, client.connection.name)));
    return rehearsalReport.parse({
      version: 1, proposal: proposal.id, succeeded: steps.every(({ result }) => result === 'would-succeed' || result === 'not-rehearsed'), steps,
      ...differences(before, after), unknown: [...unknown, ...(deadline.aborted ? [`What would come of the steps that were not reached is not known: the rehearsal was stopped after ${patience / 1000} seconds.`] : [])], duration: performance.now() - begun,
    } satisfies RehearsalReport);
  } finally {
    for (const each of clients) each.dispose();
    await twin?.dispose();
    await rm(home, { recursive: true, force: true });
  }
}

function clientOf({ connection, secret, password }: Twin, actor: Actor): PveClient {
  switch (actor.kind) {
    case 'root-token': return createClient(connection, { secret: () => Promise.resolve(secret) });
    case 'root': return createClient({ ...connection, authentication: { kind: 'password', user: 'root@pam' } }, { secret: () => Promise.resolve(password) });
    case 'token': return createClient({ ...connection, authentication: { kind: 'token', tokenId: actor.tokenId } }, { secret: () => Promise.resolve(actor.secret) });
  }
}

function secretOf(twin: Twin, actor: Actor): string {
  return actor.kind === 'root-token' ? twin.secret : actor.kind === 'root' ? twin.password : actor.secret;
}

async function run(proposal: Proposal, drivers: Drivers, folder: string, secrets: StepSecrets, signal: AbortSignal): Promise<Journal> {
  const runs = new Runs({
    folder, secrets, backoff, clock: systemClock, logger: silentLogger,
    driversOf: () => Promise.resolve(drivers),
    audit: () => Promise.resolve(),
  });
  const running: Running = await runs.start(proposal);
  const cancel = (): void => void running.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  if (signal.aborted) cancel();
  try {
    return await running.ended;
  } finally {
    signal.removeEventListener('abort', cancel);
    runs.dispose();
  }
}

const passedOver: Driver = { send: () => Promise.resolve('done'), follow: () => Promise.resolve(), stop: () => Promise.resolve(), outcome: () => Promise.resolve('not-done') };

/** What can only be done to the cluster itself is taken for done. */
function passedOverIn({ steps }: Proposal, isRehearsed: (driver: string) => boolean): Drivers {
  return Object.fromEntries(steps.flatMap(({ driver, fallback }) => [driver, fallback?.driver ?? driver]).filter((driver) => !isRehearsed(driver)).map((driver) => [driver, passedOver]));
}

/** @param inWords errors tell where they come from: the copy speaks for the cluster */
function stepResult({ id, description, driver, fallback }: Proposal['steps'][number], record: Journal['steps'][string] | undefined, isRehearsed: (driver: string) => boolean, inWords: (message: string) => string): RehearsedStep {
  const parts = record?.parts === undefined ? {} : { parts: Object.entries(record.parts).map(([part, told]) => partResult(part, told, inWords)) };
  const told = { step: id, description, log: record?.log ?? [], ...parts };
  switch (record?.state) {
    case 'done': return { ...told, result: isRehearsed(record.fallback === true ? (fallback?.driver ?? driver) : driver) ? 'would-succeed' : 'not-rehearsed' };
    case 'failed':
    case 'unknown': {
      const message = inWords(record.error?.message ?? 'It is not known why.');
      return record.error?.kind === NOT_REHEARSED ? { step: id, description, log: [], result: 'not-rehearsed', message } : { ...told, result: 'would-fail', message };
    }
    default: return { ...told, result: 'not-reached' };
  }
}

function partResult(part: string, { state, error }: PartRecord, inWords: (message: string) => string): NonNullable<RehearsedStep['parts']>[number] {
  if (state === 'done') return { part, result: 'would-succeed' };
  return state === 'failed' ? { part, result: 'would-fail', message: inWords(error ?? 'It is not known why.') } : { part, result: 'not-reached' };
}
