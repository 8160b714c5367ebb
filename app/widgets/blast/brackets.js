// Brackets around the frames that an edit reaches.

export function brackets(context, [left, right], top, high, colour) {
  context.strokeStyle = colour;
  context.lineWidth = 2;
  for (const [x, inward] of [
    [left, 5],
    [right, -5],
  ]) {
    context.beginPath();
    context.moveTo(x + inward, top - 3);
    context.lineTo(x, top - 3);
    context.lineTo(x, top + high + 3);
    context.lineTo(x + inward, top + high + 3);
    context.stroke();
  }
}
