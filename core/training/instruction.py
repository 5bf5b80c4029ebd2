"""A run's instruction: everything that decides what a training run does, as one validated value.

An instruction file is this as JSON, with only what differs from the defaults or from the file that
it `extends` (`core.training.instruction_files`). Field titles, descriptions and limits are what
the training tab makes its form from.
"""

from __future__ import annotations

import os
from typing import Annotated, Literal, cast, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


Distance = Literal["angular", "squared_l2", "l2"]
Backend = Literal["tensorflow", "torch", "jax"]
Devices = Literal["first", "all"]
TransferNetwork = Literal["mobilenet_v2", "efficientnet_b0", "resnet50_v2", "vgg16", "vgg19"]

EmbeddingSize = Annotated[
    int,
    Field(20, ge=2, le=2048, title="Embedding size", description="Dimensions of the embedding."),
]
Dropout = Annotated[
    float,
    Field(0.0, ge=0, lt=1, title="Dropout", description="Share of units dropped, dense layers."),
]
Dense = Annotated[
    tuple[Annotated[int, Field(ge=1, le=8192)], ...],
    Field(
        (512, 256),
        title="Dense layers",
        description="Units of the dense layers between features and embedding.",
    ),
]


class Data(_Part):
    """Which photos, and how they are made small."""

    sources: tuple[str, ...] = Field(
        ("catalogue",),
        title="Sources",
        min_length=1,
        description="“catalogue” for the project's kept photos, and paths of exported manifests or "
        "DeepFashion2 folders; they are merged.",
        json_schema_extra={"picks": "sources"},
    )
    categories: tuple[str, ...] = Field(
        (),
        title="Categories",
        description="Only items of these categories; empty for all.",
        json_schema_extra={"picks": "categories"},
    )
    min_photos: int = Field(
        2, ge=1, le=100, title="Least photos", description="Items with fewer photos are left out."
    )
    side_px: int = Field(
        224, ge=16, le=1024, title="Photo size", description="Side of the square, in pixels."
    )
    fit: Literal["pad", "crop", "stretch"] = Field(
        "pad",
        title="Fit",
        description="How a photo becomes square: padded with its border's colour, cropped around "
        "its centre, or stretched.",
    )
    share: float = Field(
        1.0, gt=0, le=1, title="Share", description="Share of the training items to use."
    )


class Sampler(_Part):
    """What a batch is made of."""

    method: Literal["items_by_photos", "one_item"] = Field(
        "items_by_photos",
        title="Batches",
        description="“items_by_photos”: so many items with so many photos each. “one_item”: half "
        "a batch from one item, the rest at random, as in the original recipe.",
    )
    items: int = Field(
        32, ge=2, le=4096, title="Items a batch", description="P: different items in a batch."
    )
    photos: int = Field(
        2,
        ge=2,
        le=64,
        title="Photos an item",
        description="K: photos of each; items with fewer repeat one under another augmentation.",
    )

    @property
    def batch_size(self) -> int:
        return self.items * self.photos


class Augmentation(_Part):
    """Random changes to training photos, made on the device; all off is no augmentation."""

    rotation_turns: float = Field(
        0.0,
        ge=0,
        le=0.5,
        title="Rotation",
        description="Up to so many turns either way (0.5: any angle); the rim is reflected.",
    )
    flip: bool = Field(True, title="Flip", description="Mirror half of the photos left to right.")
    zoom: float = Field(
        0.2, ge=0, le=0.8, title="Zoom", description="Zoom in by up to this share of the photo."
    )
    shift: float = Field(
        0.05, ge=0, le=0.5, title="Shift", description="Move by up to this share of the side."
    )
    perspective: float = Field(
        0.0,
        ge=0,
        le=0.5,
        title="Perspective",
        description="Move the corners by up to this share of the side.",
    )
    brightness: float = Field(
        0.15, ge=0, le=1, title="Brightness", description="Change by up to this share."
    )
    contrast: float = Field(
        0.15, ge=0, le=1, title="Contrast", description="Change by up to this share."
    )
    hue: float = Field(
        0.0,
        ge=0,
        le=0.5,
        title="Hue",
        description="Turn the hue by up to this share of the circle; costs accuracy, for colour "
        "tells garments apart.",
    )
    blur_px: float = Field(
        0.0, ge=0, le=8, title="Blur", description="Blur with a sigma of up to so many pixels."
    )
    erasing: float = Field(
        0.0,
        ge=0,
        le=0.5,
        title="Erasing",
        description="Grey out a random rectangle of up to this share of the photo, half the time.",
    )


class SimpleConv(_Part):
    """The team's network: 5×5 valid convolutions, pooled between, dense layers, embedding."""

    name: Literal["simple_conv"] = "simple_conv"
    embedding_size: EmbeddingSize = 20
    filters: tuple[Annotated[int, Field(ge=1, le=4096)], ...] = Field(
        (16, 32, 64, 128, 256),
        title="Filters",
        min_length=1,
        description="Filters of each convolution.",
    )
    dense: Dense = (512, 256)
    batch_norm: bool = Field(
        False, title="Batch norm", description="Normalise after each convolution."
    )
    dropout: Dropout = 0.0


class ConvBn(_Part):
    """Our small network: 3×3 convolutions with batch norm, global pooling, unit embedding."""

    name: Literal["conv_bn"] = "conv_bn"
    embedding_size: EmbeddingSize = 20
    filters: tuple[Annotated[int, Field(ge=1, le=4096)], ...] = Field(
        (32, 64, 128, 256, 256),
        title="Filters",
        min_length=1,
        description="Filters of each stage; each halves the side.",
    )
    colour_bins: int = Field(
        0,
        ge=0,
        le=8,
        title="Colour bins",
        description="Shows the dense layers how much of each colour a photo has, in so many bins "
        "along each of red, green and blue; 0: does not.",
    )
    dense: Dense = (256,)
    dropout: Dropout = 0.0


class Transfer(_Part):
    """A network trained on ImageNet, with dense layers and an embedding of our own."""

    name: TransferNetwork = "mobilenet_v2"
    embedding_size: EmbeddingSize = 20
    dense: Dense = (256,)
    dropout: Dropout = 0.0
    trainable_fraction: float = Field(
        0.0,
        ge=0,
        le=1,
        title="Trainable share",
        description="Share of the base network's layers, from its end, that are trained.",
    )
    weights: str = Field(
        "imagenet",
        title="Weights",
        description="“imagenet” (fetched by Keras), “random”, or the path of a weights file.",
        json_schema_extra={"picks": "weights"},
    )


class Vae(_Part):
    """A convolutional variational autoencoder; the mean of its code is the embedding."""

    name: Literal["vae"] = "vae"
    embedding_size: EmbeddingSize = 20
    filters: tuple[Annotated[int, Field(ge=1, le=4096)], ...] = Field(
        (32, 64, 128, 256),
        title="Filters",
        min_length=1,
        description="Filters of the encoder's stages; the decoder mirrors them.",
    )
    beta: float = Field(
        1.0, ge=0, le=1000, title="Beta", description="Weight of the divergence from the prior."
    )


Model = Annotated[SimpleConv | ConvBn | Transfer | Vae, Field(discriminator="name")]


class SemiHardTriplet(_Part):
    """Triplet loss over semi-hard negatives (Schroff et al. 2015)."""

    name: Literal["semi_hard_triplet"] = "semi_hard_triplet"
    distance: Distance = "angular"
    margin: float = Field(0.2, gt=0, le=10, title="Margin", description="Wanted difference.")


class HardTriplet(_Part):
    """Triplet loss over the hardest positive and negative (Hermans et al. 2017)."""

    name: Literal["hard_triplet"] = "hard_triplet"
    distance: Distance = "angular"
    margin: float = Field(0.2, gt=0, le=10, title="Margin", description="Wanted difference.")


class BatchHardSoftMargin(_Part):
    """Hardest positive and negative under a softplus instead of a margin (Hermans et al. 2017)."""

    name: Literal["batch_hard_soft_margin"] = "batch_hard_soft_margin"
    distance: Distance = "l2"


class SupervisedContrastive(_Part):
    """Supervised contrastive loss; with pairs alone it is NT-Xent (Khosla et al. 2020)."""

    name: Literal["supervised_contrastive"] = "supervised_contrastive"
    temperature: float = Field(
        0.1, gt=0, le=10, title="Temperature", description="Lower weighs hard pairs more."
    )


class MultiSimilarity(_Part):
    """Multi-similarity loss with its pair mining (Wang et al. 2019)."""

    name: Literal["multi_similarity"] = "multi_similarity"
    alpha: float = Field(2.0, gt=0, le=1000, title="Alpha", description="Weight of positives.")
    beta: float = Field(50.0, gt=0, le=1000, title="Beta", description="Weight of negatives.")
    base: float = Field(0.5, ge=-1, le=1, title="Base", description="Similarity that divides.")
    epsilon: float = Field(0.1, ge=0, le=2, title="Epsilon", description="Mining's slack.")


class ProxyAnchor(_Part):
    """Proxy-anchor loss: a learned proxy an item (Kim et al. 2020)."""

    name: Literal["proxy_anchor"] = "proxy_anchor"
    alpha: float = Field(32.0, gt=0, le=1000, title="Alpha", description="Scale.")
    margin: float = Field(0.1, ge=0, le=2, title="Margin", description="Wanted similarity.")


class Elbo(_Part):
    """The variational autoencoder's own loss: reconstruction and divergence (Kingma 2014)."""

    name: Literal["elbo"] = "elbo"


Loss = Annotated[
    SemiHardTriplet
    | HardTriplet
    | BatchHardSoftMargin
    | SupervisedContrastive
    | MultiSimilarity
    | ProxyAnchor
    | Elbo,
    Field(discriminator="name"),
]


class Optimizer(_Part):
    """How weights follow gradients."""

    name: Literal["adam", "adamw", "sgd"] = Field(
        "adam", title="Optimiser", description="SGD has a Nesterov momentum of 0.9."
    )
    learning_rate: float = Field(
        1e-3, gt=0, le=10, title="Learning rate", description="The highest, where it changes."
    )
    weight_decay: float = Field(
        0.0, ge=0, le=1, title="Weight decay", description="Of AdamW; decoupled from the rate."
    )
    clip_norm: float | None = Field(
        None, gt=0, title="Clip norm", description="Longer gradients are shortened to this."
    )


class Constant(_Part):
    """The same learning rate throughout."""

    name: Literal["constant"] = "constant"


class WarmUpCosine(_Part):
    """Up linearly, then down along a cosine (Loshchilov and Hutter 2017)."""

    name: Literal["warm_up_cosine"] = "warm_up_cosine"
    warm_up: float = Field(
        0.05, ge=0, le=1, title="Warm-up", description="Share of all steps that it takes."
    )
    final: float = Field(
        0.0, ge=0, le=1, title="Final rate", description="As a share of the highest."
    )


class Cyclic(_Part):
    """Up and down between two rates (Smith 2017)."""

    name: Literal["cyclic"] = "cyclic"
    mode: Literal["triangular", "triangular2", "exp_range"] = Field(
        "triangular",
        title="Mode",
        description="The amplitude stays, halves every cycle, or shrinks by gamma every step.",
    )
    base_learning_rate: float = Field(1e-4, gt=0, title="Lowest", description="Learning rate.")
    step_size: int = Field(
        2000, ge=1, title="Half cycle", description="Steps from the lowest rate to the highest."
    )
    gamma: float = Field(
        0.99994, gt=0, le=1, title="Gamma", description="Of exp_range: the factor a step."
    )


Schedule = Annotated[Constant | WarmUpCosine | Cyclic, Field(discriminator="name")]


class Pretraining(_Part):
    """Learning from single photos first: two augmentations of a photo are a pair."""

    epochs: int = Field(10, ge=1, le=10_000, title="Epochs", description="Passes over the photos.")
    learning_rate: float = Field(1e-3, gt=0, le=10, title="Learning rate", description="Constant.")
    temperature: float = Field(
        0.1, gt=0, le=10, title="Temperature", description="Of NT-Xent (Chen et al. 2020)."
    )
    sources: tuple[str, ...] = Field(
        (),
        title="Sources",
        description="Further folders of photos; the training photos are always among them.",
        json_schema_extra={"picks": "sources"},
    )
    augmentation: Augmentation = Field(
        default_factory=lambda: Augmentation(zoom=0.5, rotation_turns=0.1, brightness=0.3),
        title="Augmentation",
        description="Stronger than in training, for it is all that tells a pair apart.",
    )


class Fitting(_Part):
    """How long, how precise, and on what."""

    epochs: int = Field(30, ge=1, le=100_000, title="Epochs", description="At most so many.")
    steps_per_epoch: int | None = Field(
        None,
        ge=1,
        title="Steps an epoch",
        description="Empty: as many as take every item once.",
    )
    patience: int | None = Field(
        None,
        ge=1,
        title="Patience",
        description="Stop after so many evaluations without a better validation Top-1.",
    )
    evaluate_every: int = Field(
        1, ge=1, le=1000, title="Evaluate every", description="So many epochs."
    )
    mixed_precision: Literal["auto", "on", "off"] = Field(
        "auto", title="Mixed precision", description="“auto”: where the device gains by it."
    )
    devices: Devices = Field(
        "first",
        title="Devices",
        description="“all”: every local GPU takes a share of each batch.",
    )


def _usual_backend() -> Backend:
    """What the environment names, as for every program that uses Keras, or else TensorFlow."""
    name = os.environ.get("KERAS_BACKEND", "")
    return cast(Backend, name) if name in get_args(Backend) else "tensorflow"


class Instruction(_Part):
    """All that a run does."""

    description: str = Field("", title="Description", description="For you.")
    seed: int = Field(0, ge=0, lt=2**31, title="Seed", description="Of split, batches and weights.")
    backend: Backend = Field(
        default_factory=_usual_backend,
        title="Backend",
        description="What Keras computes with; what KERAS_BACKEND names by default.",
    )
    data: Data = Field(default_factory=Data, title="Data")
    sampler: Sampler = Field(default_factory=Sampler, title="Batches")
    augmentation: Augmentation = Field(default_factory=Augmentation, title="Augmentation")
    model: Model = Field(default_factory=ConvBn, title="Network")
    loss: Loss = Field(default_factory=SemiHardTriplet, title="Loss")
    optimizer: Optimizer = Field(default_factory=Optimizer, title="Optimiser")
    schedule: Schedule = Field(default_factory=WarmUpCosine, title="Schedule")
    pretraining: Pretraining | None = Field(None, title="Pretraining")
    fitting: Fitting = Field(default_factory=Fitting, title="Fitting")

    @model_validator(mode="after")
    def _loss_suits_model(self) -> Instruction:
        if (self.model.name == "vae") != (self.loss.name == "elbo"):
            raise ValueError('the network "vae" and the loss "elbo" go together')
        return self

    @property
    def metric(self) -> Literal["angular", "l2"]:
        """How embeddings of this run are compared."""
        if isinstance(self.model, Vae):
            return "l2"
        distance = getattr(self.loss, "distance", "angular")
        return "angular" if distance == "angular" else "l2"
