/**
 * A point is as large as its pixel was: distance to its camera over the focal length. So a cloud is closed when seen
 * from where it was photographed, at every zoom. Points below the confidence threshold are moved out of the clip volume.
 */
export const pointVertexShader = `
uniform float minLevel;
uniform float pointScale;
uniform float viewportHeight;
uniform vec3 sourceCentre;
uniform float sourcePixelAngle;
attribute vec4 shade;
varying vec3 tint;

void main() {
  tint = shade.rgb;
  vec4 inEye = modelViewMatrix * vec4(position, 1.0);
  gl_Position = projectionMatrix * inEye;
  float footprint = distance(position, sourceCentre) * sourcePixelAngle;
  float pixelsPerUnit = 0.5 * viewportHeight * projectionMatrix[1][1] / max(-inEye.z, 1e-6);
  gl_PointSize = clamp(1.5 * pointScale * footprint * pixelsPerUnit, 1.0, 64.0);
  if (shade.a * 255.0 + 0.5 < minLevel) gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
}
`;

/** Colours pass as they are: sRGB bytes of the photograph to sRGB bytes of the screen. */
export const pointFragmentShader = `
varying vec3 tint;

void main() {
  vec2 fromCentre = gl_PointCoord - 0.5;
  if (dot(fromCentre, fromCentre) > 0.25) discard;
  gl_FragColor = vec4(tint, 1.0);
}
`;
