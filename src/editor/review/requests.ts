import { operationByName, type Proposal, type StepParameters, withSafeguards } from '../../changes/index.ts';
import { visible } from '../text/index.ts';
import type { RequestView } from './messages.ts';

/** What each step would send, in order, with the ticked safeguards. Sends nothing. */
export function requestViews(proposal: Proposal, safeguards: readonly string[]): readonly RequestView[] {
  return withSafeguards(proposal, safeguards).steps.map(({ description, driver, operation, target, parameters }) => {
    const step = visible(description, 500);
    const request = driver === 'api' ? operationByName(operation)?.request(target, parameters) : undefined;
    if (request === undefined) return { step, line: `${visible(driver, 40)}: ${visible(operation, 80)}`, parameters: parameterLines(parameters) };
    return { step, line: visible(`${request.method} /api2/json${request.path}`, 1000), parameters: parameterLines(request.parameters) };
  });
}

function parameterLines(parameters: StepParameters): readonly string[] {
  return Object.entries(parameters).map(([name, value]) => `${visible(name, 100)}: ${valueText(value)}`);
}

function valueText(value: StepParameters[string]): string {
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value === 'object') return '$secret' in value ? '(secret, asked for when it runs)' : value.map((each) => visible(each, 500)).join(', ');
  return visible(String(value), 1000);
}
