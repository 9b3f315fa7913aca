/** What is drawn on, and what floats over it. */
export const stage = `<canvas id="canvas" tabindex="0" role="application" aria-label="3D view of the reconstruction: arrow keys move, Shift and arrow keys turn, plus and minus zoom"></canvas>
<svg id="measure" aria-hidden="true"><line></line><circle r="5"></circle><circle r="5"></circle></svg>
<output id="distance" hidden></output>
<p id="hint" role="status"></p>
<nav aria-label="Views">
<div id="standing" hidden>
<button id="previous" type="button" aria-label="Previous camera">‹</button>
<strong id="standing-name"></strong>
<label>Photograph<input id="photograph-opacity" type="range" min="0" max="100" value="50" aria-label="Opacity of the photograph"></label>
<button id="next" type="button" aria-label="Next camera">›</button>
<button id="leave" type="button">Leave</button>
</div>
<ul id="strip"></ul>
</nav>`;

/** Settings, tools and help. */
export const panel = `<details id="panel" open>
<summary>Display</summary>
<div class="segments" role="radiogroup" aria-label="Surface">
<label><input type="radio" name="surface" value="points" checked>Points</label>
<label><input type="radio" name="surface" value="mesh">Mesh</label>
</div>
<div class="field">
<label for="confidence">Confidence</label><output for="confidence" id="confidence-value"></output>
<svg id="histogram" viewBox="0 0 256 40" preserveAspectRatio="none" aria-hidden="true"><path id="bars-below"></path><path id="bars"></path><line id="automatic" y1="0" y2="40"></line></svg>
<input id="confidence" type="range" min="0" max="255" step="1" value="0">
<button id="use-automatic" type="button" hidden></button>
</div>
<div class="field">
<label for="point-size">Point size</label><output for="point-size" id="point-size-value"></output>
<input id="point-size" type="range" min="-2" max="2" step="0.1" value="0">
</div>
<div class="field">
<label><input id="cameras" type="checkbox" checked>Cameras</label><output for="camera-size" id="camera-size-value"></output>
<input id="camera-size" type="range" min="-3" max="3" step="0.1" value="0" aria-label="Camera size">
</div>
<div class="row">
<label><input id="trajectory" type="checkbox">Path of the cameras</label>
</div>
<div class="row">
<span id="views-shown"></span>
<span class="pair"><button id="all-views" type="button">All</button><button id="no-views" type="button">None</button></span>
</div>
<div class="row">
<label for="background">Background</label>
<span class="pair"><button id="dark" type="button">Dark</button><button id="light" type="button">Light</button><input id="background" type="color"></span>
</div>
<div class="buttons">
<button id="measure-toggle" type="button" aria-pressed="false" aria-keyshortcuts="M">Measure <kbd>M</kbd></button>
<button id="save-picture" type="button" aria-keyshortcuts="P">Picture <kbd>P</kbd></button>
<button id="reset" type="button" aria-keyshortcuts="R">Reset <kbd>R</kbd></button>
</div>
<details id="help">
<summary>Mouse, touch and keys</summary>
<dl>
<dt>Drag</dt><dd>turn</dd>
<dt>Right-drag, two fingers</dt><dd>move</dd>
<dt>Wheel, pinch</dt><dd>zoom to pointer</dd>
<dt>Double-click</dt><dd>turn about a point</dd>
<dt>Click a camera</dt><dd>see what it saw</dd>
<dt><kbd>G</kbd></dt><dd>points or mesh</dd>
<dt><kbd>C</kbd> <kbd>T</kbd></dt><dd>cameras, their path</dd>
<dt><kbd>N</kbd> <kbd>B</kbd></dt><dd>next, previous camera</dd>
<dt><kbd>A</kbd></dt><dd>all views</dd>
<dt><kbd>M</kbd> <kbd>P</kbd> <kbd>R</kbd></dt><dd>measure, picture, reset</dd>
<dt><kbd>H</kbd></dt><dd>hide the controls</dd>
<dt><kbd>?</kbd></dt><dd>this help</dd>
</dl>
</details>
</details>`;
