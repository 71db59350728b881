# The binomial multilevel model of 2013/14, fitted by R's lme4: figures to test against.
#
# Run as: Rscript scripts/lme4_binomial.R DATA > tests/oracle/lme4_2014.csv
# DATA is the folder of published tables. Schools of the extract without its exact copies, with a
# published count of disadvantaged pupils and of those who reached five good GCSEs with English and
# mathematics. Covariates are standardised with the population standard deviation.
suppressPackageStartupMessages(library(lme4))

folder <- commandArgs(trailingOnly = TRUE)[1]
path <- file.path(folder, "dfe", "2013-2014", "england_ks4.csv")
rows <- unique(read.csv(path, colClasses = "character", fileEncoding = "cp1252"))
rows <- rows[rows$RECTYPE == "1", ]
number <- function(name) suppressWarnings(as.numeric(rows[[name]]))
k <- number("TAC5EMFSM_PTQ")
n <- number("TFSMCLA")
standardised <- function(v) (v - mean(v)) / sqrt(mean((v - mean(v))^2))

say <- function(model, fit, schools) {
  b <- fixef(fit)
  error <- sqrt(diag(as.matrix(vcov(fit))))
  tau <- attr(VarCorr(fit)$school, "stddev")
  name <- sub("\\(Intercept\\)", "intercept", names(b))
  cat(sprintf("%s,schools,%d,\n", model, schools), sep = "")
  cat(sprintf("%s,tau,%.6f,\n", model, tau), sep = "")
  cat(sprintf("%s,%s,%.6f,%.6f\n", model, name, b, error), sep = "")
}

cat("model,term,value,standard_error\n")
has <- !is.na(k) & !is.na(n) & n > 0
plain <- data.frame(k = k, n = n, school = factor(seq_along(k)))[has, ]
say("null", glmer(cbind(k, n - k) ~ 1 + (1 | school), plain, binomial, nAGQ = 25), nrow(plain))

share <- n / number("TPUP")
ks2 <- number("KS2APS")
has <- has & !is.na(share) & !is.na(ks2)
full <- data.frame(
  k = k[has], n = n[has], school = factor(seq_along(k)[has]),
  share = standardised(share[has]), ks2 = standardised(ks2[has])
)
fit <- glmer(cbind(k, n - k) ~ share + ks2 + (1 | school), full, binomial, nAGQ = 25)
say("covariates", fit, nrow(full))
