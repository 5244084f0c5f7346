// Makes examples/photo.jpg: a landscape that is computed, not photographed, in a file as a camera writes it.
// The same bytes on every run:  node examples/make-photo/make-photo.mjs > examples/photo.jpg
import { exifBlock } from './exif.mjs';
import { encodeJpeg } from './jpeg.mjs';
import { Raster } from './raster.mjs';
import { renderScene } from './scene.mjs';

const WIDTH = 3000;
const HEIGHT = 2000;

const photo = renderScene(new Raster(WIDTH, HEIGHT));
const thumbnail = encodeJpeg(photo.shrink(160, 107), { quality: 70 });

process.stdout.write(encodeJpeg(photo, {
  quality: 84,
  exif: exifBlock({ width: WIDTH, height: HEIGHT, thumbnail }),
}));
