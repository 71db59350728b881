# The normal multilevel model of Progress 8 in 2017/18, fitted by R's lme4: figures to test against.
#
# Run as: Rscript scripts/lme4_normal.R DATA > tests/oracle/lme4_progress_2018.csv
# DATA is the folder of published tables. Schools of the final table with a published score and
# number of pupils. Covariates are standardised with the population standard deviation. The standard
# deviation of pupils' scores is held at 1.26, which lmer() alone does not do: the criterion is put
# together from lme4's own determinants and sums of squares. (nlme 3.1-162 can hold it, but then its
# restricted maximum is not that of the restricted likelihood.)
suppressPackageStartupMessages(library(lme4))

folder <- commandArgs(trailingOnly = TRUE)[1]
path <- file.path(folder, "dfe", "2017-2018", "england_ks4final.csv")
rows <- unique(read.csv(path, colClasses = "character"))
rows <- rows[rows$RECTYPE == "1", ]
number <- function(name) suppressWarnings(as.numeric(sub("%", "", rows[[name]])))
standardised <- function(v) (v - mean(v)) / sqrt(mean((v - mean(v))^2))
sigma <- 1.26

say <- function(model, formula, schools) {
  schools$school <- factor(seq_len(nrow(schools)))
  any_number <- lmerControl(check.nobs.vs.nlev = "ignore", check.nobs.vs.nRE = "ignore")
  parts <- lFormula(formula, schools, weights = n, REML = TRUE, control = any_number)
  deviance <- do.call(mkLmerDevfun, parts)
  inside <- environment(deviance)
  given <- function(ratio) {
    deviance(ratio)
    squares <- inside$resp$wrss() + inside$pp$sqrL(1)
    inside$pp$ldL2() + inside$pp$ldRX2() + squares / sigma^2
  }
  best <- optimize(given, c(0, 2), tol = 1e-10)
  given(best$minimum)
  b <- inside$pp$beta(1)
  error <- sigma * sqrt(diag(chol2inv(inside$pp$RX())))
  name <- sub("\\(Intercept\\)", "intercept", colnames(parts$X))
  cat(sprintf("%s,schools,%d,\n", model, nrow(schools)), sep = "")
  cat(sprintf("%s,tau,%.6f,\n", model, sigma * best$minimum), sep = "")
  cat(sprintf("%s,%s,%.6f,%.6f\n", model, name, b, error), sep = "")
}

y <- number("P8MEA")
n <- number("P8PUP")
has <- !is.na(y) & !is.na(n) & n > 0
cat("model,term,value,standard_error\n")
say("null", y ~ 1 + (1 | school), data.frame(y = y, n = n)[has, ])

share <- number("PTFSM6CLA1A")
ks2 <- number("KS2APS")
has <- has & !is.na(share) & !is.na(ks2)
say("covariates", y ~ share + ks2 + (1 | school), data.frame(
  y = y[has], n = n[has], share = standardised(share[has]), ks2 = standardised(ks2[has])
))
