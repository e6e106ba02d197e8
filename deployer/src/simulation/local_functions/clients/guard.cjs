// Refuses every connection to another machine. Node.js runs it before everything else, in worker threads too.
'use strict';

const dgram = require('node:dgram');
const net = require('node:net');

const LOCAL = new Set(['', 'localhost', '::1', '0.0.0.0', '::']);
const refused = new Set();

function isHere(host) {
  if (host === undefined || host === null) return true;
  const name = String(host).toLowerCase().replace(/^::ffff:/, '').split('%')[0];
  return LOCAL.has(name) || name.startsWith('127.');
}

function refusal(host) {
  const sentence =
    `no connection to ${host}: on this machine, a function reaches only this machine; ` +
    'with --real-functions it may connect';
  if (!refused.has(host)) {
    refused.add(host);
    process.stderr.write(`${sentence}\n`);
  }
  return Object.assign(new Error(sentence), { code: 'ECONNREFUSED', syscall: 'connect', address: host });
}

// The host of the arguments of `connect`: (options), (port, host) or (path); Node.js itself passes them as a list.
function hostOf(args) {
  const [first, second] = Array.isArray(args[0]) ? args[0] : args;
  if (first !== null && typeof first === 'object') return first.path ? undefined : first.host;
  const isPath = typeof first === 'string' && !(Number(first) >= 0);
  return !isPath && typeof second === 'string' ? second : undefined;
}

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...args) {
  const host = hostOf(args);
  if (isHere(host)) return connect.apply(this, args);
  this.connecting = true;
  process.nextTick(() => this.destroy(refusal(host)));
  return this;
};

const { connect: associate, send } = dgram.Socket.prototype;
dgram.Socket.prototype.connect = function (port, address, ...rest) {
  if (typeof address === 'string' && !isHere(address)) throw refusal(address);
  return associate.call(this, port, address, ...rest);
};
dgram.Socket.prototype.send = function (...args) {
  // (message, [offset, length,] [port] [, address] [, callback]): texts after the message are addresses.
  const host = args.slice(1).find((arg) => typeof arg === 'string' && !/^\d*$/.test(arg));
  if (!isHere(host)) throw refusal(host);
  return send.apply(this, args);
};
