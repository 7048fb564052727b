/**
 * An answer other than 200. `message` becomes the reason phrase of the status line, as pveproxy does it;
 * `errors` (parameter → message) becomes the `errors` member of the body.
 */
export class ApiError extends Error {
  readonly status: number;
  readonly errors: Readonly<Record<string, string>> | undefined;

  constructor(status: number, message: string, errors?: Readonly<Record<string, string>>) {
    super(message);
    this.status = status;
    this.errors = errors;
  }
}

/** 400 `Parameter verification failed.` with a message per parameter. */
export function parameterError(errors: Readonly<Record<string, string>>): ApiError {
  return new ApiError(400, 'Parameter verification failed.', errors);
}

/** What Perl's `die` becomes: 500 with the text as reason phrase. */
export function failure(message: string): ApiError {
  return new ApiError(500, message);
}
