export { type Clock, systemClock } from './clock.ts';
export { type Disposable, DisposableStore } from './disposable.ts';
export { Emitter, type Event } from './event.ts';
export { type Logger, silentLogger } from './logger.ts';
