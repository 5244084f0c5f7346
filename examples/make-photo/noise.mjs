/** A number from 0 up to 1 for each lattice point and seed, always the same. */
export function hash(x, y, seed) {
  let h = Math.imul(x, 0x27d4eb2d) ^ Math.imul(y, 0x165667b1) ^ Math.imul(seed, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296;
}

/** Smooth noise from 0 to 1. */
export function noise(x, y, seed) {
  const left = Math.floor(x), top = Math.floor(y);
  const u = smooth(x - left), v = smooth(y - top);
  const upper = mix(hash(left, top, seed), hash(left + 1, top, seed), u);
  const lower = mix(hash(left, top + 1, seed), hash(left + 1, top + 1, seed), u);
  return mix(upper, lower, v);
}

/** Noise in several sizes, from 0 to 1: clouds, slopes, grass. */
export function layered(x, y, seed, octaves) {
  let sum = 0, weight = 0.5, total = 0;
  for (let i = 0; i < octaves; i++) {
    sum += weight * noise(x, y, seed + i);
    total += weight;
    weight /= 2;
    // Turned a little each time, so that no grid shows.
    [x, y] = [1.6 * x + 1.2 * y + 7.3, 1.6 * y - 1.2 * x + 3.1];
  }
  return sum / total;
}

/** As layered, with sharp crests: mountains. */
export function ridged(x, y, seed, octaves) {
  let sum = 0, weight = 0.5, total = 0;
  for (let i = 0; i < octaves; i++) {
    const crest = 1 - Math.abs(2 * noise(x, y, seed + i) - 1);
    sum += weight * crest * crest;
    total += weight;
    weight /= 2.1;
    [x, y] = [1.6 * x + 1.2 * y + 7.3, 1.6 * y - 1.2 * x + 3.1];
  }
  return sum / total;
}

export function mix(a, b, share) {
  return a + (b - a) * share;
}

/** 0 below from, 1 above to, and a soft step between. */
export function step(from, to, value) {
  return smooth(Math.min(1, Math.max(0, (value - from) / (to - from))));
}

function smooth(t) {
  return t * t * (3 - 2 * t);
}
