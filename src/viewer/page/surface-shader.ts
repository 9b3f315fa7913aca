/**
 * Points and meshes have no positions: a pixel's place follows from its number, its depth code and its camera, whose pose
 * is the object's matrix. Colours pass as they are: sRGB of the photograph to sRGB of the screen.
 */
const unproject = `
uniform vec2 mapSize;
uniform vec2 focalPx;
uniform vec2 principalPx;
uniform float nearest;
uniform float depthStep;
uniform float minLevel;
attribute vec2 codes;

bool isHidden() {
  return codes.x < 0.5 || codes.y + 0.5 < minLevel;
}

vec2 pixel() {
  int width = int(mapSize.x);
  return vec2(gl_VertexID % width, gl_VertexID / width);
}

vec3 inCamera() {
  return vec3((pixel() - principalPx) / focalPx, 1.0) * nearest * exp((codes.x - 1.0) * depthStep);
}

vec2 inPhotograph() {
  return (pixel() + 0.5) / mapSize;
}
`;

/**
 * A point is as large as its pixel was: depth over focal length. So a cloud is closed when seen from where it was
 * photographed, at every zoom. What is hidden is moved out of the clip volume.
 */
export const pointVertexShader = `
${unproject}
uniform sampler2D photograph;
uniform float pointScale;
uniform float viewportHeight;
varying vec3 tint;

void main() {
  if (isHidden()) {
    gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
    gl_PointSize = 1.0;
    return;
  }
  tint = textureLod(photograph, inPhotograph(), 0.0).rgb;
  vec3 point = inCamera();
  vec4 inEye = modelViewMatrix * vec4(point, 1.0);
  gl_Position = projectionMatrix * inEye;
  float footprint = point.z / min(focalPx.x, focalPx.y);
  float pixelsPerUnit = 0.5 * viewportHeight * projectionMatrix[1][1] / max(-inEye.z, 1e-6);
  gl_PointSize = clamp(1.5 * pointScale * footprint * pixelsPerUnit, 1.0, 64.0);
}
`;

export const pointFragmentShader = `
varying vec3 tint;

void main() {
  vec2 fromCentre = gl_PointCoord - 0.5;
  if (dot(fromCentre, fromCentre) > 0.25) discard;
  gl_FragColor = vec4(tint, 1.0);
}
`;

/** A triangle goes as soon as one corner is hidden. */
export const meshVertexShader = `
${unproject}
varying float hidden;
varying vec2 place;

void main() {
  hidden = isHidden() ? 1.0 : 0.0;
  place = inPhotograph();
  gl_Position = projectionMatrix * modelViewMatrix * vec4(inCamera(), 1.0);
}
`;

export const meshFragmentShader = `
uniform sampler2D photograph;
varying float hidden;
varying vec2 place;

void main() {
  if (hidden > 0.0) discard;
  gl_FragColor = vec4(texture2D(photograph, place).rgb, 1.0);
}
`;

export const photographVertexShader = `
varying vec2 place;

void main() {
  place = uv;
  gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0);
}
`;

export const photographFragmentShader = `
uniform sampler2D photograph;
uniform float opacity;
varying vec2 place;

void main() {
  gl_FragColor = vec4(texture2D(photograph, place).rgb, opacity);
}
`;
