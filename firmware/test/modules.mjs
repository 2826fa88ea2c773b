// Modules for boards, as who deploys them sends them.
import { createHash, createHmac } from 'node:crypto';

export const KEY = 'a secret of the cluster';
export const bytes = buffer => `bytes.fromhex("${buffer.toString('hex')}")`;
export const signed = (...fields) => bytes(createHmac('sha256', KEY).update(fields.join('\n')).digest());

/** A module of as many functions as there is room for in 8 KB. */
export function large() {
  let source = 'from broccoli import task\n';
  for (let i = 0; ; i++) {
    const more = `\n\n@task\ndef grow_${i}(x, y=${i}):\n    total = 0\n    for each in range(x):\n        total += each * y\n    return {"sum": total, "x": x, "of": "a garden of which there are many"}\n`;
    if (source.length + more.length > 8192) return source;
    source += more;
  }
}

/** The steps of its deployment to a node: the names of tasks, and their arguments in Python. */
export function deployment(node, name, source, counter) {
  const whole = Buffer.from(source);
  const sha = createHash('sha256').update(whole).digest();
  const mac = signed('begin', node, name, '1', whole.length, sha.toString('hex'), counter);
  const steps = [{ task: 'begin', args: [`"${name}"`, '"1"', whole.length, bytes(sha), counter, mac] }];
  for (let at = 0; at < whole.length; at += 700) steps.push({ task: 'chunk', args: [at, bytes(whole.subarray(at, at + 700))] });
  return [...steps, { task: 'commit', args: [counter] }];
}
