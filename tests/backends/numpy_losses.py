"""The losses once more, in plain loops that read like their definitions."""

import math

import numpy as np


def distances(embeddings, kind):
    x = np.asarray(embeddings, np.float64)
    count = len(x)
    found = np.zeros((count, count))
    for a in range(count):
        for b in range(count):
            if kind == "angular":
                found[a, b] = max(0.0, 1 - cosine(x[a], x[b]))
            else:
                squared = float(((x[a] - x[b]) ** 2).sum())
                found[a, b] = squared if kind == "squared_l2" else math.sqrt(squared)
    return found


def cosine(a, b):
    length = np.linalg.norm(a) * np.linalg.norm(b)
    return float(a @ b / length) if length else 0.0


def semi_hard_triplet(labels, embeddings, distance="angular", margin=0.2):
    d = distances(embeddings, distance)
    losses = []
    for a, p in _pairs(labels):
        to_negatives = [d[a, n] for n in _others(labels, a)]
        if not to_negatives:
            continue
        beyond = [value for value in to_negatives if value > d[a, p]]
        chosen = min(beyond) if beyond else max(to_negatives)
        losses.append(max(0.0, margin + d[a, p] - chosen))
    return sum(losses) / max(len(losses), 1)


def hard_triplet(labels, embeddings, distance="angular", margin=0.2):
    return _mean(max(0.0, margin + p - n) for p, n in _hardest(labels, embeddings, distance))


def batch_hard_soft_margin(labels, embeddings, distance="l2"):
    return _mean(math.log1p(math.exp(p - n)) for p, n in _hardest(labels, embeddings, distance))


def supervised_contrastive(labels, embeddings, temperature=0.1):
    x = np.asarray(embeddings, np.float64)
    losses = []
    for a in range(len(labels)):
        positives, negatives = _partners(labels, a), _others(labels, a)
        if not positives or not negatives:
            continue
        total = sum(math.exp(cosine(x[a], x[i]) / temperature) for i in positives + negatives)
        losses.append(
            -sum(math.log(math.exp(cosine(x[a], x[p]) / temperature) / total) for p in positives)
            / len(positives)
        )
    return _mean(losses)


def multi_similarity(labels, embeddings, alpha=2.0, beta=50.0, base=0.5, epsilon=0.1):
    x = np.asarray(embeddings, np.float64)
    losses = []
    for a in range(len(labels)):
        positives = [cosine(x[a], x[p]) for p in _partners(labels, a)]
        negatives = [cosine(x[a], x[n]) for n in _others(labels, a)]
        if not positives or not negatives:
            continue
        kept_positives = [s for s in positives if s < max(negatives) + epsilon]
        kept_negatives = [s for s in negatives if s > min(positives) - epsilon]
        losses.append(
            math.log1p(sum(math.exp(-alpha * (s - base)) for s in kept_positives)) / alpha
            + math.log1p(sum(math.exp(beta * (s - base)) for s in kept_negatives)) / beta
        )
    return _mean(losses)


def proxy_anchor(labels, embeddings, proxies, alpha=32.0, margin=0.1):
    x, proxies = np.asarray(embeddings, np.float64), np.asarray(proxies, np.float64)
    to_own, to_others = [], []
    for item, proxy in enumerate(proxies):
        own = [cosine(x[i], proxy) for i in range(len(x)) if labels[i] == item]
        others = [cosine(x[i], proxy) for i in range(len(x)) if labels[i] != item]
        if own:
            to_own.append(math.log1p(sum(math.exp(-alpha * (s - margin)) for s in own)))
        to_others.append(math.log1p(sum(math.exp(alpha * (s + margin)) for s in others)))
    return _mean(to_own) + _mean(to_others)


def _hardest(labels, embeddings, distance):
    d = distances(embeddings, distance)
    for a in range(len(labels)):
        positives, negatives = _partners(labels, a), _others(labels, a)
        if positives and negatives:
            yield max(d[a, p] for p in positives), min(d[a, n] for n in negatives)


def _pairs(labels):
    return [(a, p) for a in range(len(labels)) for p in _partners(labels, a)]


def _partners(labels, a):
    return [i for i in range(len(labels)) if i != a and labels[i] == labels[a]]


def _others(labels, a):
    return [i for i in range(len(labels)) if labels[i] != labels[a]]


def _mean(values):
    values = list(values)
    return sum(values) / max(len(values), 1)
