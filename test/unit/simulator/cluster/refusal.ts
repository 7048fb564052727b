import { ApiError } from '../../../../src/simulator/api/errors.ts';

/** How a call is refused: status and text, or the messages per parameter; `accepted` when it is not. */
export function refusal(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof ApiError) return error.errors === undefined ? `${error.status} ${error.message.trim()}` : JSON.stringify(error.errors);
    throw error;
  }
  return 'accepted';
}
