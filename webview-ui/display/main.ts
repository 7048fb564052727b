/*! Contains noVNC (https://github.com/novnc/noVNC), which is under the Mozilla Public License 2.0. */
import RFB from '@novnc/novnc';
import type { DisplayState, FromPage, ToPage } from '../../src/editor/console/display-messages.ts';
import { HostChannel } from './host-channel.ts';
import { keysymsOf } from './keysyms.ts';
import './display.css';

declare function acquireVsCodeApi(): { postMessage(message: FromPage, transfer?: Transferable[]): void };

const host = acquireVsCodeApi();
const element = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
const screen = element('screen');
const status = element('status');
const reset = element<HTMLButtonElement>('reset');
const paste = element<HTMLButtonElement>('paste');
const fit = element<HTMLButtonElement>('fit');
const reconnect = element<HTMLButtonElement>('reconnect');

/** X11 keysyms of both control keys, and the keys they belong to. */
const CONTROL_KEYS = [[0xffe3, 'ControlLeft'], [0xffe4, 'ControlRight']] as const;

let current: { readonly channel: number; readonly bytes: HostChannel; readonly rfb: RFB } | undefined;
let scaled = true;

function open(channel: number, password: string): void {
  current?.bytes.close();
  screen.replaceChildren();
  const bytes = new HostChannel((data) => host.postMessage({ type: 'data', channel, bytes: data }));
  const rfb = new RFB(screen, bytes, { credentials: { password }, shared: true });
  current = { channel, bytes, rfb };
  rfb.background = 'transparent';
  scale(scaled);
  rfb.addEventListener('connect', () => {
    host.postMessage({ type: 'connected', channel });
    rfb.focus();
  });
  rfb.addEventListener('securityfailure', ({ detail }) => host.postMessage({ type: 'failed', channel, reason: detail.reason ?? `status ${detail.status}` }));
  rfb.addEventListener('disconnect', ({ detail }) => {
    if (!detail.clean && current?.channel === channel) host.postMessage({ type: 'failed', channel, reason: 'the answer is not RFB, or broke off' });
  });
}

function scale(on: boolean): void {
  scaled = on;
  fit.setAttribute('aria-pressed', String(on));
  if (current !== undefined) {
    current.rfb.scaleViewport = on;
    current.rfb.clipViewport = false;
  }
  screen.classList.toggle('scrolls', !on);
}

function show({ phase, text }: DisplayState): void {
  document.body.dataset['phase'] = phase;
  status.textContent = text;
  reset.disabled = paste.disabled = phase !== 'connected';
  reconnect.disabled = phase === 'connecting';
}

window.addEventListener('message', ({ data }: MessageEvent<ToPage>) => {
  switch (data.type) {
    case 'opened': return open(data.channel, data.password);
    case 'data': return data.channel === current?.channel ? current.bytes.receive(data.bytes) : undefined;
    case 'closed': return data.channel === current?.channel ? current.bytes.close() : undefined;
    case 'state': return show(data.state);
    case 'type':
      for (const keysym of keysymsOf(data.text)) current?.rfb.sendKey(keysym, null);
      current?.rfb.focus();
  }
});
reset.addEventListener('click', () => {
  current?.rfb.sendCtrlAltDel();
  current?.rfb.focus();
});
paste.addEventListener('click', () => host.postMessage({ type: 'paste' }));
fit.addEventListener('click', () => scale(!scaled));
reconnect.addEventListener('click', () => host.postMessage({ type: 'reconnect' }));
// The screen takes every key, Tab included: this one gives the keyboard back. The guest never hears that Control is let go of after it.
window.addEventListener('keydown', (event) => {
  if (event.key !== 'F6' || !event.ctrlKey || !screen.contains(document.activeElement)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  for (const [keysym, code] of CONTROL_KEYS) current?.rfb.sendKey(keysym, code, false);
  reconnect.focus();
}, { capture: true });
host.postMessage({ type: 'ready' });
