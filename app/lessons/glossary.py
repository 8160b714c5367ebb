"""The field's words as all lessons use them."""

# (term, symbol in plain text or "", meaning)
GLOSSARY = (
    (
        "latent",
        "r⁰",
        "the vector that the encoder makes of the frames around a step, more than the step stands for; what "
        "the first layer quantizes",
    ),
    ("code", "c", "one vector of a codebook; its number is only its name"),
    ("codebook", "", "the K codes of one layer, the columns of a matrix"),
    (
        "quantizer",
        "Qᵥ",
        "replaces a vector by the nearest code of layer v + 1; layers count from 1, v from 0",
    ),
    ("chosen code", "bᵛ", "bᵛ = Qᵥ(rᵛ), the code that layer v + 1 adds to the sum"),
    ("residual", "rᵛ", "what the first v layers have left of the latent: rᵛ⁺¹ = rᵛ − bᵛ"),
    ("token", "", "the number of a chosen code: what is stored or sent"),
    ("step", "", "one column of tokens; it stands for as many frames as the model's downsampling ratio"),
    (
        "reach",
        "",
        "the frames that one token can change, given by the decoder's convolutions: its projective field",
    ),
    ("receptive field", "", "the steps that feed one frame, two or three with this project's decoder"),
    (
        "MPJPE",
        "",
        "mean distance of the joints from the original's, in mm; root-aligned: pelvis on pelvis",
    ),
    ("entropy", "H", "bits a token that an ideal code needs which knows how often each code occurs"),
    ("perplexity", "2ᴴ", "the number of equally likely codes that would have the same entropy"),
    ("nominal rate", "", "bits a second if every token is written with log₂K bits"),
    ("dead code", "", "a code that is never the nearest to anything"),
    ("mutual information", "", "bits that one token tells about another; it knows nothing of code numbers"),
)
