// A mountain lake in the evening: sky, ridges behind ridges, their reflection, a shore with firs.
// Coordinates: x from 0 to 1.5 from left to right, y from 0 to 1 from top to bottom.
import { hash, layered, mix, noise, ridged, step } from './noise.mjs';

const SUN = { x: 1.02, y: 0.335 };
const WATERLINE = 0.6;

/** Far to near: where the crest lies on average, how high it rises, how broad its peaks are, and the air in between. */
const RIDGES = [
  { crest: 0.47, rise: 0.36, scale: 1.7, seed: 11, rock: [96, 96, 116], haze: 0.58, snow: 0.43 },
  { crest: 0.505, rise: 0.25, scale: 2.2, seed: 29, rock: [70, 68, 80], haze: 0.38, snow: 0.42 },
  { crest: 0.555, rise: 0.15, scale: 2.4, seed: 47, rock: [54, 62, 54], haze: 0.24, snow: 0 },
  { crest: 0.58, rise: 0.085, scale: 3.1, seed: 61, rock: [28, 40, 30], haze: 0.09, snow: 0 },
];

const FIRS = [
  { x: 0.055, top: 0.16, half: 0.13 }, { x: 0.19, top: 0.37, half: 0.1 }, { x: 0.285, top: 0.57, half: 0.066 },
  { x: 0.36, top: 0.7, half: 0.045 }, { x: 1.465, top: 0.44, half: 0.095 }, { x: 1.385, top: 0.63, half: 0.06 },
];

const HAZE = [214, 190, 172];

export function renderScene(photo) {
  const scale = 1 / photo.height;
  const crests = RIDGES.map((ridge) => crestLine(ridge, photo.width, scale));
  for (let y = 0; y < photo.height; y++) {
    for (let x = 0; x < photo.width; x++) {
      const color = pointColor(x * scale, y * scale, crests, scale);
      photo.set(x, y, develop(color, x, y, photo));
    }
  }
  return photo;
}

function pointColor(x, y, crests, scale) {
  if (y > bank(x) - 0.012 * noise(x * 260, 0, 7) * noise(x * 40, 0, 8)) return ground(x, y);
  if (FIRS.some((fir, number) => covers(fir, number, x, y))) {
    return [13, 20, 19].map((c) => c * (0.6 + 0.9 * noise(x * 240, y * 320, 401)));
  }
  if (y > WATERLINE) return water(x, y, crests, scale);
  return land(x, y, crests, scale);
}

/** The upper edge of the shore that one stands on. */
function bank(x) {
  return 0.945 - 0.1 * step(0.6, -0.1, x) - 0.05 * step(1.2, 1.6, x) + 0.03 * layered(x * 4, 0, 83, 4);
}

/** Boughs hang in tiers that grow longer downwards, with twigs at their ends. */
function covers(fir, number, x, y) {
  const down = (y - fir.top) / (0.93 - fir.top);
  const aside = Math.abs(x - fir.x);
  if (down < 0 || down > 1 || aside > fir.half) return false;
  const side = number * 2 + (x > fir.x ? 1 : 0);
  const tier = (Math.sqrt(down) * 13 + 0.6 * noise(down * 9, side, 461)) % 1;
  const reach = 0.5 + 0.5 * tier - 0.18 * noise(y * 420, side, 467) - 0.16 * noise(y * 90, side, 479);
  return aside < fir.half * (0.02 + 0.95 * down * reach);
}

/** All that is above the water, which the water shows again. */
function land(x, y, crests, scale) {
  const column = Math.min(crests[0].length - 1, Math.max(0, Math.round(x / scale)));
  for (let i = RIDGES.length - 1; i >= 0; i--) {
    if (y > crests[i][column]) return slope(RIDGES[i], x, y, crests[i][column]);
  }
  return sky(x, y);
}

function sky(x, y) {
  const height = step(0.5, -0.1, y);
  let color = blend([246, 205, 160], [148, 178, 208], step(0, 0.45, height));
  color = blend(color, [62, 104, 162], step(0.4, 1, height));

  const thin = layered(x * 2.1 + 3 * y, y * 9, 101, 6);
  const cover = step(0.47, 0.75, thin) * step(0.5, 0.3, y) * 0.85;
  const light = blend([232, 226, 226], [255, 214, 170], step(0.8, 0, distance(x, y)));
  color = blend(color, light, cover);

  const away = distance(x, y);
  const glow = 1.6 * Math.exp(-away * 30) + 0.3 * Math.exp(-away * 8) + 0.1 * Math.exp(-away * 2.4);
  return color.map((c, i) => c + glow * [235, 190, 112][i]);
}

function distance(x, y) {
  return Math.sqrt((x - SUN.x) * (x - SUN.x) + (y - SUN.y) * (y - SUN.y));
}

/** Lit from the sun's side: the slope of the noise stands for the slope of the ground. */
function slope(ridge, x, y, crest) {
  const scale = ridge.scale * 6;
  const [u, v] = [x * scale + y * 5, y * scale * 1.2 - x * 2];
  const here = ridged(u, v, ridge.seed + 500, 7);
  const beside = ridged(u + 0.05, v - 0.03, ridge.seed + 500, 7);
  const facing = Math.max(-1, Math.min(1, (here - beside) * 8));
  let color = ridge.rock.map((c) => c * (1 + 0.6 * facing + 0.5 * (layered(x * 110, y * 70, ridge.seed, 4) - 0.5)));
  if (ridge.snow > 0) {
    const snow = step(0.02, -0.035, y - ridge.snow - 0.2 * (here - 0.45)) * step(-0.9, -0.1, facing);
    color = blend(color, [240, 230, 228].map((c) => c * (0.8 + 0.25 * facing)), snow * 0.92);
  } else {
    const trees = noise(x * 420, y * 150, ridge.seed + 900);
    color = color.map((c) => c * (0.72 + 0.5 * trees));
  }

  // Air is thicker towards the foot of a mountain, and bright around the sun.
  const air = ridge.haze + 0.45 * step(0.02, 0.2, y - crest) * ridge.haze + 0.3 * Math.exp(-distance(x, y) * 6);
  return blend(color, HAZE, Math.min(0.93, air));
}

function water(x, y, crests, scale) {
  const depth = (y - WATERLINE) / (1 - WATERLINE);
  const near = 0.12 + depth;
  // Waves look long and flat far away, round nearby.
  const wave = layered(x * 14 / near, 40 / near, 211, 4) - 0.5;
  const ripple = noise(x * 90 / near, 300 / near, 223) - 0.5;
  const tilt = (0.05 * wave + 0.03 * ripple) * (0.25 + depth);
  const mirrored = 2 * WATERLINE - y * 0.985 - 0.009 + tilt;
  const seen = land(x + 0.3 * tilt, Math.max(0, Math.min(WATERLINE - 0.003, mirrored)), crests, scale);
  const dimmed = Math.min(1, 235 / Math.max(...seen));
  let color = blend(seen.map((c) => c * dimmed), [30, 60, 70], 0.24 + 0.3 * depth);
  color = color.map((c) => c * (1 + 0.35 * ripple * (0.4 + depth)));

  const path = Math.exp(-Math.abs(x - SUN.x) / (0.035 + 0.12 * depth));
  const spark = step(0.72 - 0.2 * path, 0.95, noise(x * 160 / near, 520 / near, 307));
  return blend(color, [255, 224, 170], Math.min(1, path * (0.16 + 0.8 * spark)));
}

function ground(x, y) {
  const below = Math.max(0, y - bank(x));
  // Blades are longer the nearer they stand.
  const blades = noise(x * 420 + 3 * layered(x * 20, y * 20, 5, 2), y * 60, 409) * (0.5 + noise(x * 90, y * 25, 411));
  const patch = layered(x * 11, y * 30, 419, 5);
  const stone = step(0.57, 0.62, layered(x * 6, y * 22, 431, 5));
  const grass = blend([20, 27, 15], [92, 90, 44], blades * patch * 1.2);
  const rock = [96, 88, 82].map((c) => c * (0.25 + 0.9 * layered(x * 50, y * 90, 443, 6)));
  return blend(grass, rock, stone * step(0.004, 0.02, below)).map((c) => c * (0.95 - 2.2 * below));
}

/** The y of a ridge for each column. */
function crestLine(ridge, width, scale) {
  return Array.from({ length: width }, (_, column) => {
    const x = column * scale * ridge.scale;
    const trees = ridge.snow > 0 ? 0 : 0.007 * noise(column * scale * 300, 0, ridge.seed + 7);
    return ridge.crest - ridge.rise * (ridged(x, 1.7, ridge.seed, 7) - 0.35) - trees;
  });
}

/** What lens and film do: dark corners, a little contrast, grain. */
function develop(color, x, y, photo) {
  const [dx, dy] = [x / photo.width - 0.5, y / photo.height - 0.5];
  const corner = 1 - 0.42 * (dx * dx + dy * dy);
  const grain = (hash(x, y, 991) + hash(x, y, 992) + hash(x >> 1, y >> 1, 993) - 1.5) * 7;
  return color.map((c) => {
    const light = Math.min(1, Math.max(0, c * corner / 255));
    return mix(light, light * light * (3 - 2 * light), 0.35) * 255 + grain;
  });
}

function blend(a, b, share) {
  const part = Math.min(1, Math.max(0, share));
  return [mix(a[0], b[0], part), mix(a[1], b[1], part), mix(a[2], b[2], part)];
}
