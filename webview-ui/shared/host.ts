interface WebviewApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): WebviewApi;

/** The extension host's end of a webview, with the types of what goes each way. */
export interface Host<Out, State> {
  send(message: Out): void;
  /** What the page keeps for the time it is hidden. */
  remembered(): State | undefined;
  remember(state: State): void;
}

/** Connects to the host; to be called once. */
export function connectHost<In, Out, State>(receive: (message: In) => void): Host<Out, State> {
  const api = acquireVsCodeApi();
  // Everything the host says comes from the frame around this one, and so from the page's own origin.
  window.addEventListener('message', ({ origin, data }: MessageEvent<In>) => {
    if (origin === window.origin) receive(data);
  });
  return {
    send: (message) => api.postMessage(message),
    remembered: () => api.getState() as State | undefined,
    remember: (state) => api.setState(state),
  };
}
