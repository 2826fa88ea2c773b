// Modules for boards, as who deploys them sends them.
import { createHash, createHmac } from 'node:crypto';
import { ask } from './support.mjs';

export const KEY = 'a secret of the cluster';
export const bytes = buffer => `bytes.fromhex("${buffer.toString('hex')}")`;
const sha256 = data => createHash('sha256').update(data).digest();

/** A module of as many functions as there is room for in 8 KB. */
export function large() {
  let source = 'from broccoli import task\n';
  for (let i = 0; ; i++) {
    const more = `\n\n@task\ndef grow_${i}(x, y=${i}):\n    total = 0\n    for each in range(x):\n        total += each * y\n    return {"sum": total, "x": x, "of": "a garden of which there are many"}\n`;
    if (source.length + more.length > 8192) return source;
    source += more;
  }
}

/** Who deploys to a board, by way of another one that asks it. */
export function deployer(asker, node, { cluster = 'c', ms } = {}) {
  const expression = (task, args) => `await cluster.call("deploy.${task}"${args.map(each => ', ' + each).join('')}, on="${node}")`;
  const call = (task, ...args) => ask(asker, expression(task, args), ms);
  const mac = (key, what, ...fields) =>
    bytes(createHmac('sha256', key).update(['deploy.' + what, cluster, node, ...fields].join('\n')).digest());

  /** A challenge. */
  const begin = async (key = KEY) => Buffer.from(await ask(asker, `(${expression('begin', [mac(key, 'begin')])}).hex()`, ms), 'hex');

  /** A file on its way. */
  async function open(name, version, source, { key = KEY, challenge } = {}) {
    const whole = Buffer.from(source);
    const given = challenge ?? (await begin(key));
    const announced = [given.toString('hex'), name, version, whole.length, sha256(whole).toString('hex')];
    const args = [JSON.stringify(name), JSON.stringify(version), whole.length, bytes(sha256(whole)), bytes(given), mac(key, 'open', ...announced)];
    const number = await call('open', ...args);
    const chunk = (at, data) => {
      const piece = Buffer.from(data);
      return call('chunk', number, at, bytes(piece), mac(key, 'chunk', ...announced, at, sha256(piece).toString('hex')));
    };
    return {
      number,
      args,
      chunk,
      send: async (size = 700) => {
        for (let at = 0; at < whole.length; at += size) await chunk(at, whole.subarray(at, at + size));
      },
      commit: () => call('commit', number, mac(key, 'commit', ...announced)),
    };
  }

  async function deploy(name, version, source, options) {
    const transfer = await open(name, version, source, options);
    await transfer.send(options?.size);
    return transfer.commit();
  }

  async function remove(name, key = KEY) {
    const given = await begin(key);
    return call('remove', `"${name}"`, bytes(given), mac(key, 'remove', given.toString('hex'), name));
  }

  return { call, begin, open, deploy, remove };
}
