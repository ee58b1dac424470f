/* Draws the charts of a page from the JSON beside them, in the colours of the theme. The table under each says the same. */

const PALETTE = ["--accent", "--age-1", "--warn", "--legal", "--good"];
const STACK = ["--age-0", "--age-1", "--age-2", "--age-3", "--age-4"];
const whole = new Intl.NumberFormat("nl-NL", { maximumFractionDigits: 0 });
const UNITS = {
  euro: (value) => `€ ${whole.format(value)}`,
  days: (value) => whole.format(value),
  percent: (value) => `${whole.format(value)}%`,
  count: (value) => whole.format(value),
};

// light-dark() stands unresolved in a custom property: let an element resolve it.
function colour(name) {
  const probe = document.createElement("i");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}

function datasets(drawing) {
  const names = drawing.kind === "stacked" ? STACK : PALETTE;
  return drawing.series.map(({ label, values }, place) => {
    const ink = colour(names[place % names.length]);
    return {
      label,
      data: values,
      borderColor: ink,
      backgroundColor: ink,
      borderWidth: drawing.kind === "line" ? 2 : 0,
      borderRadius: drawing.kind === "bar" ? 3 : 0,
      maxBarThickness: 40,
      pointRadius: 0,
      pointHoverRadius: 4,
      tension: 0.2,
    };
  });
}

function options(drawing) {
  const written = UNITS[drawing.unit];
  const stacked = drawing.kind === "stacked";
  const ticks = { color: colour("--text-2"), font: { family: "Inter, sans-serif", size: 11 } };
  return {
    animation: false,
    maintainAspectRatio: false,
    interaction: { mode: "index", intersect: false },
    scales: {
      x: { stacked, grid: { display: false }, border: { color: colour("--line-strong") }, ticks },
      y: {
        stacked,
        beginAtZero: true,
        border: { display: false },
        grid: { color: colour("--line") },
        ticks: { ...ticks, maxTicksLimit: 6, callback: written },
      },
    },
    plugins: {
      legend: {
        display: drawing.series.length > 1,
        align: "start",
        labels: { color: colour("--text"), boxWidth: 10, boxHeight: 10, font: { family: "Inter, sans-serif", size: 12 } },
      },
      tooltip: { callbacks: { label: (item) => ` ${item.dataset.label}: ${written(item.raw)}` } },
    },
  };
}

function draw(figure) {
  const drawing = JSON.parse(document.getElementById(figure.dataset.chart).textContent);
  const canvas = figure.querySelector("canvas");
  window.Chart.getChart(canvas)?.destroy();
  new window.Chart(canvas, {
    type: drawing.kind === "line" ? "line" : "bar",
    data: { labels: drawing.labels, datasets: datasets(drawing) },
    options: options(drawing),
  });
}

const drawAll = () => document.querySelectorAll("[data-chart]").forEach(draw);
drawAll();
document.addEventListener("theme", drawAll);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
